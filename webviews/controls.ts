import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

/** The only file that knows which toolkit draws our controls: pages write `<qd-button>` and the like. */
export function registerControls(): void {
  provideVSCodeDesignSystem().withPrefix('qd').register(vsCodeButton());
}
