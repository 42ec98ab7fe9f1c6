/** F6 goes from region to region, `/` and Ctrl+F to the filter: the same on all pages. */
export function pageKeys(regions: () => HTMLElement[], filter: () => HTMLElement | undefined): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'F6') {
      const all = regions().filter((one) => one.isConnected && target(one) !== undefined);
      const at = all.findIndex((one) => one.contains(document.activeElement));
      const next = all[(at + (event.shiftKey ? -1 : 1) + all.length) % all.length];
      focusIn(next);
      event.preventDefault();
    }
    const wantsFilter =
      (event.key === '/' && !isTyping(event)) || (event.key === 'f' && (event.ctrlKey || event.metaKey));
    if (wantsFilter && filter()) {
      filter()?.focus();
      event.preventDefault();
    }
  });
}

export function isTyping(event: Event): boolean {
  const [first] = event.composedPath();
  return (
    first instanceof HTMLInputElement ||
    first instanceof HTMLTextAreaElement ||
    first instanceof HTMLSelectElement
  );
}

function focusIn(region: HTMLElement | undefined): void {
  if (region) target(region)?.focus();
}

/** What of a region takes the focus: the region itself, or the first control in it that can be seen. */
function target(region: HTMLElement): HTMLElement | undefined {
  if (region.tabIndex >= 0) return region;
  const all = region.querySelectorAll<HTMLElement>(
    '[tabindex="0"], qd-button, button, qd-text-field, qd-dropdown, a',
  );
  return [...all].find(
    (one) => one.getClientRects().length > 0 && one.tabIndex >= -1 && !one.closest('[hidden]'),
  );
}
