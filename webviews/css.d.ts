/** Style sheets are bundled beside the page that imports them. */
declare module '*.css';

/** The text of an icon. */
declare module '*.svg' {
  const text: string;
  export default text;
}
