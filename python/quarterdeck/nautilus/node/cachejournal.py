"""The journal as the engine's own cache database: the cache writes through it and loads from it by its own means."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from nautilus_trader.accounting.factory import AccountFactory
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.cache.facade import CacheDatabaseFacade
from nautilus_trader.common.config import DatabaseConfig, msgspec_encoding_hook
from nautilus_trader.model.events import OrderInitialized
from nautilus_trader.model.identifiers import ClientId, ClientOrderId, PositionId
from nautilus_trader.model.objects import Price
from nautilus_trader.model.orders import LimitOrder, MarketOrder
from nautilus_trader.model.orders.unpacker import OrderUnpacker
from nautilus_trader.model.position import Position
from nautilus_trader.serialization.serializer import MsgSpecSerializer
from nautilus_trader.system import kernel

from quarterdeck.trading.journal import Journal, Record, bytes_of, read_journal

ENCODER = msgspec.json.Encoder(enc_hook=msgspec_encoding_hook)


class CacheJournal(CacheDatabaseFacade):
    """Keeps what the cache of a node is told, and gives it back to the cache of the next.

    `unreadable` says in words what could not be brought back.

    Parameters
    ----------
    simulated : frozenset of str
        Venues whose fills are simulated: their accounts are the journal's to give back, others' are their venue's.

    """

    def __init__(self, journal: Journal, simulated: frozenset[str]) -> None:
        super().__init__(CacheConfig())
        self._journal = journal
        self._offered: dict[Any, Any] = {}
        self._serializer = MsgSpecSerializer(encoding=msgspec.json, timestamps_as_str=True)
        self._records = Records(self._serializer, simulated)
        for record in read_journal(journal.path):
            self._records.take(record)
        self.unreadable = self._records.unreadable

    @property
    def closed_cycles(self) -> list[Position]:
        """Positions that were closed and opened again under the same id, as they were when closed."""
        return self._records.closed_cycles

    def load(self) -> dict[str, bytes]:
        """Return general values."""
        return self._records.general

    def load_currencies(self) -> dict[str, Any]:
        """Return nothing: the engine has its own."""
        return {}

    def load_synthetics(self) -> dict[Any, Any]:
        """Return nothing: strategies make them anew."""
        return {}

    def load_instruments(self) -> dict[Any, Any]:
        """Return the instruments as they were last."""
        return self._records.instruments

    def load_instrument(self, instrument_id: Any) -> Any:
        """Return one instrument."""
        return self._records.instruments.get(instrument_id)

    def load_synthetic(self, instrument_id: Any) -> Any:
        """Return nothing: strategies make them anew."""
        return None

    def load_accounts(self) -> dict[Any, Any]:
        """Return the accounts in their last state."""
        return self._records.accounts

    def load_account(self, account_id: Any) -> Any:
        """Return one account."""
        return self._records.accounts.get(account_id)

    def load_orders(self) -> dict[Any, Any]:
        """Return the orders, each with its events."""
        return self._records.orders

    def load_order(self, client_order_id: Any) -> Any:
        """Return one order."""
        return self._records.orders.get(client_order_id)

    def load_positions(self) -> dict[Any, Any]:
        """Return the positions, each with its fills."""
        return self._records.positions

    def load_position(self, position_id: Any) -> Any:
        """Return one position."""
        return self._records.positions.get(position_id)

    def load_index_order_position(self) -> dict[Any, Any]:
        """Return which order belongs to which position."""
        return self._records.position_of_order

    def load_index_order_client(self) -> dict[Any, Any]:
        """Return which order went to which client."""
        return self._records.client_of_order

    def load_actor(self, component_id: Any) -> dict[str, bytes]:
        """Return the state an actor saved."""
        return self._records.components.get(f"actor {component_id}", {})

    def load_strategy(self, strategy_id: Any) -> dict[str, bytes]:
        """Return the state a strategy saved."""
        return self._records.components.get(f"strategy {strategy_id}", {})

    def add(self, key: str, value: bytes) -> None:
        """Keep a general value."""
        self._journal.append_bytes("general", key, value)

    def add_instrument(self, instrument: Any) -> None:
        """Remember an instrument; it is kept with its first order, since a venue may have thousands."""
        self._offered[instrument.id] = instrument

    def add_account(self, account: Any) -> None:
        """Keep an account's state."""
        self.update_account(account)

    def add_order(self, order: Any, position_id: Any = None, client_id: Any = None) -> None:
        """Keep an order from its start."""
        if (instrument := self._offered.pop(order.instrument_id, None)) is not None:
            self._journal.append("instrument", instrument.id.value, self._serializer.serialize(instrument))
        refs = {"position": _value(position_id), "client": _value(client_id)}
        append_order(self._journal, order, **refs)

    def add_position(self, position: Any) -> None:
        """Keep a position from its first fill."""
        self._journal.append("position", position.id.value, _event_bytes(position.last_event))

    def index_order_position(self, client_order_id: Any, position_id: Any) -> None:
        """Keep which position an order belongs to."""
        self._journal.append("index", client_order_id.value, position=position_id.value)

    def update_account(self, account: Any) -> None:
        """Keep an account's new state."""
        self._journal.append("account", account.id.value, _event_bytes(account.last_event))

    def update_order(self, order: Any) -> None:
        """Keep an order's last event."""
        self._journal.append("order_event", order.client_order_id.value, _event_bytes(order.last_event))

    def update_position(self, position: Any) -> None:
        """Keep a position's last fill."""
        self._journal.append("position_event", position.id.value, _event_bytes(position.last_event))

    def update_actor(self, actor: Any) -> None:
        """Keep the state an actor saves."""
        self._save(f"actor {actor.id}", actor)

    def update_strategy(self, strategy: Any) -> None:
        """Keep the state a strategy saves."""
        self._save(f"strategy {strategy.id}", strategy)

    def close(self) -> None:
        """Bring everything to disk."""
        self._journal.sync()

    def flush(self) -> None:
        """Do nothing: a journal is never emptied by the engine."""

    def keys(self, pattern: str = "*") -> list[str]:
        """Return the keys of general values."""
        return list(self._records.general)

    def add_currency(self, currency: Any) -> None:
        """Do nothing: instruments bring their currencies."""

    def add_synthetic(self, synthetic: Any) -> None:
        """Do nothing: strategies make them anew."""

    def index_venue_order_id(self, client_order_id: Any, venue_order_id: Any) -> None:
        """Do nothing: the order's events say it."""

    def snapshot_order_state(self, order: Any) -> None:
        """Do nothing: the events are kept."""

    def snapshot_position_state(self, position: Any, ts_snapshot: int, unrealized_pnl: Any = None) -> None:
        """Do nothing: the events are kept."""

    def delete_order(self, client_order_id: Any) -> None:
        """Do nothing: what was ordered stays known, so that it is never ordered again."""

    def delete_position(self, position_id: Any) -> None:
        """Do nothing: the fills are kept."""

    def delete_account_event(self, account_id: Any, event_id: str) -> None:
        """Do nothing: only the last state is read again."""

    def delete_actor(self, component_id: Any) -> None:
        """Forget the state an actor saved."""
        self._journal.append("component", f"actor {component_id}", b"{}")

    def delete_strategy(self, strategy_id: Any) -> None:
        """Forget the state a strategy saved."""
        self._journal.append("component", f"strategy {strategy_id}", b"{}")

    def heartbeat(self, timestamp: Any) -> None:
        """Do nothing."""

    def _save(self, name: str, component: Any) -> None:
        self._journal.append("component", name, msgspec.json.encode(component.save()))


def append_order(journal: Journal, order: Any, **refs: str | None) -> None:
    """Write an order with all its events, as :class:`Records` reads it."""
    first, *later = order.events
    name = order.client_order_id.value
    journal.append("order", name, _event_bytes(first), **refs)
    for event in later:
        journal.append("order_event", name, _event_bytes(event))


def _event_bytes(event: Any) -> bytes:
    """Return what the engine's serializer returns of an event: it asks each field's name with a pattern."""
    values: dict[str, Any] = type(event).to_dict(event)
    for name, value in values.items():
        if value is not None and (name.startswith("ts_") or name == "expire_time_ns"):
            values[name] = str(value)
    return ENCODER.encode(values)


class Records:
    """Makes objects of the engine out of the records of a journal, in their order."""

    def __init__(self, serializer: MsgSpecSerializer, simulated: frozenset[str]) -> None:
        self._serializer = serializer
        self._simulated = simulated
        self.general: dict[str, bytes] = {}
        self.components: dict[str, dict[str, bytes]] = {}
        self.instruments: dict[Any, Any] = {}
        self.accounts: dict[Any, Any] = {}
        self.orders: dict[Any, Any] = {}
        self.positions: dict[Any, Any] = {}
        self.position_of_order: dict[Any, Any] = {}
        self.client_of_order: dict[Any, Any] = {}
        self.closed_cycles: list[Position] = []
        self.unreadable: list[str] = []

    def take(self, record: Record) -> None:
        """Apply one record; what the engine refuses is told, and the rest goes on."""
        try:
            getattr(self, f"_take_{record.kind}")(record)
        except Exception as error:
            self.unreadable.append(f"{record.kind} of {record.id}: {type(error).__name__}: {error}")

    def _value(self, record: Record) -> Any:
        return self._serializer.deserialize(bytes(record.data))

    def _take_general(self, record: Record) -> None:
        self.general[record.id] = bytes_of(record)

    def _take_component(self, record: Record) -> None:
        self.components[record.id] = msgspec.json.decode(record.data, type=dict[str, bytes])

    def _take_instrument(self, record: Record) -> None:
        instrument = self._value(record)
        self.instruments[instrument.id] = instrument

    def _take_account(self, record: Record) -> None:
        state = self._value(record)
        if state.account_id.get_issuer() not in self._simulated:
            return
        # The venue's client says so too, but after the cache was loaded; without it no fill would change the balances.
        AccountFactory.register_calculated_account(state.account_id.get_issuer())
        # Each state is whole, so the last is the account.
        self.accounts[state.account_id] = AccountFactory.create(state)

    def _take_order(self, record: Record) -> None:
        order = OrderUnpacker.from_init(self._value(record))
        self.orders[order.client_order_id] = order
        self._take_index(record)

    def _take_index(self, record: Record) -> None:
        order = ClientOrderId(record.id)
        if (position := record.refs.get("position")) is not None:
            self.position_of_order[order] = PositionId(position)
        if (client := record.refs.get("client")) is not None:
            self.client_of_order[order] = ClientId(client)

    def _take_order_event(self, record: Record) -> None:
        id_ = ClientOrderId(record.id)
        order, event = self.orders[id_], self._value(record)
        if event in order.events:
            return
        if isinstance(event, OrderInitialized):
            self.orders[id_] = _transformed(order, event)
        else:
            order.apply(event)

    def _take_position(self, record: Record) -> None:
        id_ = PositionId(record.id)
        before = self.positions.get(id_)
        if before is not None and before.is_closed:
            self.closed_cycles.append(before)
        fill = self._value(record)
        self.positions[id_] = Position(self.instruments[fill.instrument_id], fill)

    def _take_position_event(self, record: Record) -> None:
        position, event = self.positions[PositionId(record.id)], self._value(record)
        if event not in position.events:
            position.apply(event)


def _transformed(order: Any, event: OrderInitialized) -> Any:
    """Return what an emulated order became when it was released, as the engine's own database does it."""
    if event.order_type == MarketOrder.transform(order, event.ts_init).order_type:
        return MarketOrder.transform(order, event.ts_init)
    return LimitOrder.transform(order, event.ts_init, Price.from_str(event.options["price"]))


def _value(identifier: Any) -> str | None:
    return None if identifier is None else str(identifier.value)


@contextmanager
def journaled_cache(database: CacheJournal) -> Iterator[CacheConfig]:
    """Give the cache configuration under which a node built meanwhile has `database` behind its cache.

    The kernel knows Redis alone and makes its adapter by name; the name is ours while it builds.
    """
    own = kernel.CacheDatabaseAdapter
    kernel.CacheDatabaseAdapter = lambda **_: database
    try:
        yield CacheConfig(database=DatabaseConfig(type="redis"))
    finally:
        kernel.CacheDatabaseAdapter = own
