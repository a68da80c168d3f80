/** Icons: 16 px line drawings in the colour of the text around them. */

const PATHS = {
  save: "M3 2.5h8l2.5 2.5v8.5h-11V2.5zM5 2.5V6h5V2.5M5 13.5V9h6v4.5",
  folder: "M2 4h4.5l1.5 1.5h6v7.5H2z",
  camera: "M2 5h3l1.2-1.8h3.6L11 5h3v8H2zM8 6.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4",
  gallery: "M2.5 5.5h8v8h-8zM5.5 5.5v-3h8v8h-3M2.5 11.5l2.5-2.5 3 3",
  wipe: "M2.5 3h11v10h-11zM8 2v12M5.5 6.5 4 8l1.5 1.5m5-3L12 8l-1.5 1.5",
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
  history: "M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.4h2.4M8 5.2V8l2 1.4",
  sheet: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
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
  brush:
    "M13.5 2.5 7.7 8.6M7.7 8.6c-1.7-.6-3.2.3-3.5 2-.2 1.2-.7 1.9-1.7 2.3 1.9.9 5.1.7 5.7-1.7.3-1.1 0-2-.5-2.6z",
  eraser:
    "m6.5 13-3.7-3.7a.8.8 0 0 1 0-1.1l5.4-5.4a.8.8 0 0 1 1.1 0l3.9 3.9a.8.8 0 0 1 0 1.1L7.1 13zM5.5 5.5l5 5M6.5 13H13",
  rectangle: "M2.5 4h11v8h-11z",
  ellipse: "M8 3.5c3.2 0 5.7 2 5.7 4.5s-2.5 4.5-5.7 4.5S2.3 10.5 2.3 8 4.8 3.5 8 3.5z",
  lasso:
    "M8 2.5c3.2 0 5.7 1.7 5.7 3.9S11.2 10.2 8 10.2 2.3 8.6 2.3 6.4 4.8 2.5 8 2.5zM5 9.7c-1.7.4-2.2 1.9-1.2 2.6s2.4-.1 2.1 1.7",
  fill: "m6.5 2.5 6 6-4.6 4.6a.8.8 0 0 1-1.1 0L2.2 8.5a.8.8 0 0 1 0-1.1zM2.5 8h9.5M13.8 10.5s1 1.4 1 2.1a1 1 0 0 1-2 0c0-.7 1-2.1 1-2.1z",
  grow: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5.5v5M5.5 8h5",
  shrink: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.5 8h5",
  feather: "M8 2.2c2.5 3 4.2 5 4.2 7.1a4.2 4.2 0 0 1-8.4 0C3.8 7.2 5.5 5.2 8 2.2z",
  invert: "M3 3h10v10H3zM3 13 13 3M6 13l7-7M9 13l4-4",
  minus: "M3 8h10",
  eye: "M1.5 8S4 3.7 8 3.7 14.5 8 14.5 8 12 12.3 8 12.3 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  "eye-off":
    "m2.5 2.5 11 11M6.5 3.9c.5-.1 1-.2 1.5-.2 4 0 6.5 4.3 6.5 4.3s-.7 1.2-2 2.3M4 5.1C2.4 6.3 1.5 8 1.5 8S4 12.3 8 12.3c1 0 1.9-.3 2.7-.6",
  lock: "M4 7.5h8V13H4zM5.7 7.5V5.3a2.3 2.3 0 0 1 4.6 0v2.2",
  unlock: "M4 7.5h8V13H4zM5.7 7.5V5.3a2.3 2.3 0 0 1 4.4-.9",
  more: "M3.5 8v.01M8 8v.01M12.5 8v.01",
  noise: "M3 4v.01M7 3v.01M12 4v.01M5 7v.01M10 7v.01M13 9v.01M3 11v.01M8 10v.01M6 13v.01M12 13v.01",
  once: "M2.5 8h10m-3-3 3 3-3 3M13.5 4v8",
  loop: "M4.5 5H11a3 3 0 0 1 0 6H5a3 3 0 0 1-2.6-4.5M4 8l.5-3L7.5 5.5",
  ping_pong: "M2 5.5h12m-2.5-2.5L14 5.5M14 10.5H2M4.5 13 2 10.5",
  onion: "M6.5 3a5 5 0 1 0 0 10 5 5 0 0 0 0-10M9.5 3a5 5 0 0 1 0 10",
  film: "M2.5 3.5h11v9h-11zM5 3.5v9M11 3.5v9M2.5 8h11",
  sound: "M2.5 6.5v3M5 4v8M7.5 2.5v11M10 5v6M12.5 6.5v3",
  map: "M2.5 4.5 6 3l4 1.5L13.5 3v8.5L10 13l-4-1.5L2.5 13zM6 3v8.5M10 4.5V13",
  ends: "M2.5 4h3v3h-3zM10.5 4h3v3h-3zM2.5 11h11M6 11v.01M8 9.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
  zoom_in: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3 14 14M5 7h4M7 5v4",
  zoom_out: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3 14 14M5 7h4",
  swap: "M3 6h9m-2.5-2.5L12 6M13 10H4m2.5-2.5L4 10l2.5 2.5",
  pad: "M2.5 2.5h11v11h-11zM10 4v4M8 6h4M2.5 10.5h4",
  knob: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M8 3.5V7M3.2 14.2 4.4 13M12.8 14.2 11.6 13",
  bars: "M2.5 13.5h11M4 13.5V9M6.7 13.5V5M9.3 13.5V3M12 13.5V7.5",
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
