import { errors, type Locator } from 'playwright-core';

/** Whether it is seen within this time, in milliseconds. */
export function isShown(locator: Locator, timeout: number): Promise<boolean> {
  return succeeds(locator.waitFor({ timeout }));
}

/** Whether it is gone within this time, in milliseconds. */
export function isGone(locator: Locator, timeout: number): Promise<boolean> {
  return succeeds(locator.waitFor({ state: 'hidden', timeout }));
}

/** False when it took too long; whatever else goes wrong is thrown. */
export async function succeeds(gesture: Promise<void>): Promise<boolean> {
  try {
    await gesture;
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
