"""Plays the steps of a scenario with the Python SDK's client and prints what came of each, as JSON."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2 as httpx
from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


@asynccontextmanager
async def streams(server: dict[str, Any]) -> AsyncIterator[tuple[Any, Any]]:
    """The two ends of a connection: to a process, or to a URL in one of the two ways."""
    if "command" in server:
        command, *args = server["command"]
        async with stdio_client(StdioServerParameters(command=command, args=args, env=dict(os.environ))) as pair:
            yield pair
    elif server["sse"]:
        async with sse_client(server["url"], headers=server["headers"]) as pair:
            yield pair
    else:
        client = httpx.AsyncClient(headers=server["headers"], timeout=120)
        async with client, streamable_http_client(server["url"], http_client=client) as (read, write, *_):
            yield read, write


async def play(session: ClientSession, step: dict[str, Any]) -> dict[str, Any]:
    """One step; an error of the protocol is an outcome like any other."""
    try:
        match step:
            case {"do": "list", "method": "tools/list"}:
                result = await session.list_tools()
            case {"do": "list", "method": "resources/list"}:
                result = await session.list_resources()
            case {"do": "list", "method": "resources/templates/list"}:
                result = await session.list_resource_templates()
            case {"do": "list"}:
                result = await session.list_prompts()
            case {"do": "call"}:
                result = await session.call_tool(step["name"], step["args"])
            case {"do": "prompt"}:
                result = await session.get_prompt(step["name"], step["args"])
            case _:
                result = await session.read_resource(step["uri"])
    except Exception as error:  # whatever the SDK makes of it
        return {"error": {"message": str(error)}}
    return dict(result.model_dump(mode="json", by_alias=True, exclude_none=True))


async def main() -> None:
    server, steps = (json.loads(text) for text in sys.argv[1:3])
    async with streams(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        print(json.dumps([await play(session, step) for step in steps]))


asyncio.run(main())
