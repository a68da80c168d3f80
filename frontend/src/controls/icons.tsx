/** Icons: 16 px line drawings in the colour of the text around them. */

const PATHS = {
  undo: "M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
  redo: "m10 3 3 3-3 3m3-3H6.5a3.5 3.5 0 0 0 0 7H10",
  reset: "M3 8a5 5 0 1 0 1.5-3.6L3 6m0-3v3h3",
  compare: "M8 2v12M3 4h3v8H3zm7 0h3v8h-3z",
  smooth: "M2 11c2.5 0 3-6 6-6s3.5 6 6 6",
  pixels: "M2 12h3V9h3V6h3v3h3v3",
  link: "M7 9.5a2.5 2.5 0 0 0 3.6 0l2-2A2.5 2.5 0 0 0 9 4l-.7.7M9 6.5a2.5 2.5 0 0 0-3.6 0l-2 2A2.5 2.5 0 0 0 7 12l.7-.7",
  download: "M8 2v8m-3-3 3 3 3-3M3 13h10",
  upload: "M8 10V2m-3 3 3-3 3 3M3 13h10",
  system: "M8 2a6 6 0 1 0 0 12zm0 0a6 6 0 0 1 0 12",
  light:
    "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1m-7.2 7.2-1 1",
  dark: "M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5",
  help: "M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1v.5M8 12v.01",
  previous: "m10 3-5 5 5 5",
  next: "m6 3 5 5-5 5",
  random: "M3.5 3h9v10h-9zM6 5.5v.01M10 5.5v.01M8 8v.01M6 10.5v.01M10 10.5v.01",
  layers: "m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
  pause: "M6 3.5v9M10 3.5v9",
  play: "M5 3.5 12 8l-7 4.5z",
  stop: "M4 4h8v8H4z",
  trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.5 8.5h6l.5-8.5",
  plus: "M8 3v10M3 8h10",
  bell: "M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM7 14.5h2",
  tall: "m4 7 4-4 4 4M4 13l4-4 4 4",
  low: "m4 3 4 4 4-4M4 9l4 4 4-4",
  jobs: "M2.5 4h11M2.5 8h7M2.5 12h9",
  reach: "M2 8h12M5 5 2 8l3 3m6-6 3 3-3 3",
  close: "m4 4 8 8m0-8-8 8",
  down: "m4 6 4 4 4-4",
  pin: "M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5",
  noise: "M3 4v.01M7 3v.01M12 4v.01M5 7v.01M10 7v.01M13 9v.01M3 11v.01M8 10v.01M6 13v.01M12 13v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={name === "system" ? "currentColor" : "none"}
      fillOpacity={name === "system" ? 0.35 : undefined}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
