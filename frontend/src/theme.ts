/** The theme: Mantine's widgets in the page's own greys, accent, sizes and shapes. */

import {
  ActionIcon,
  Autocomplete,
  Button,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  Menu,
  Modal,
  MultiSelect,
  Popover,
  Portal,
  Select,
  Switch,
  Tooltip,
} from "@mantine/core";

const TEXT = "var(--text-size)";
const TITLE = "var(--title-size)";

/** Mantine's own greys lean to blue; beside a picture they would tint it. */
const GREYS = [
  "#f8f8f8",
  "#f1f1f1",
  "#e9e9e9",
  "#dedede",
  "#cecece",
  "#adadad",
  "#868686",
  "#494949",
  "#343434",
  "#212121",
] as const;
const DARKS = [
  "#ececec",
  "#c4c4c4",
  "#a6a6a6",
  "#868686",
  "#484848",
  "#3a3a3a",
  "#333333",
  "#232323",
  "#1f1f1f",
  "#191919",
] as const;

/** A list scrolls by itself: a box around it that did could not be reached by the keyboard. */
const LIST = {
  defaultProps: { withScrollArea: false },
  styles: { options: { maxHeight: 220, overflowY: "auto" } },
} as const;

export const theme = createTheme({
  colors: { gray: GREYS, dark: DARKS },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: TEXT, sm: TEXT, md: TEXT, lg: TITLE, xl: TITLE },
  spacing: { xs: "8px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "4px", md: "8px", lg: "8px", xl: "16px" },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  variantColorResolver: (input) => ({
    ...defaultVariantColorsResolver(input),
    ...(input.variant === "filled" && {
      background: "var(--accent)",
      hover: "color-mix(in srgb, var(--accent) 88%, var(--text))",
      color: "var(--on-accent)",
    }),
    ...(input.variant === "subtle" &&
      (input.color ?? input.theme.primaryColor) === input.theme.primaryColor && { color: "var(--accent)" }),
  }),
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", size: 32 } }),
    Autocomplete: Autocomplete.extend(LIST),
    Button: Button.extend({
      defaultProps: { size: "xs", variant: "default" },
      styles: { label: { fontWeight: 500 } },
    }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: "none",
        transitionProps: { duration: 80 },
        // Else the keyboard begins in an empty element, which is no entry of a menu; so it begins at the first one.
        withInitialFocusPlaceholder: false,
        // A menu that scrolls can be reached within by the keyboard.
        menuItemTabIndex: 0,
      },
    }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    MultiSelect: MultiSelect.extend(LIST),
    // An element of index.html: what is drawn over the page stands within a landmark there.
    Portal: Portal.extend({ defaultProps: { target: "#popups" } }),
    Popover: Popover.extend({ defaultProps: { shadow: "none", transitionProps: { duration: 80 } } }),
    Select: Select.extend(LIST),
    Switch: Switch.extend({ defaultProps: { size: "xs", withThumbIndicator: false } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 500,
        transitionProps: { duration: 80 },
        events: { hover: true, focus: true, touch: false },
      },
    }),
  },
});

/** Mantine's own colour names, told in ours. */
export const cssVariables: CSSVariablesResolver = () => {
  const colors = {
    "--mantine-color-body": "var(--panel)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--dim)",
    "--mantine-color-bright": "var(--text)",
    "--mantine-color-error": "var(--error)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-default": "var(--control)",
    "--mantine-color-default-hover": "var(--control-hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line)",
    "--mantine-color-disabled": "transparent",
    "--mantine-color-disabled-color": "color-mix(in srgb, var(--dim) 55%, transparent)",
    "--mantine-color-disabled-border": "var(--line)",
    "--mantine-color-placeholder": "var(--dim)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent)",
    "--mantine-primary-color-contrast": "var(--on-accent)",
    "--mantine-primary-color-light": "var(--control)",
    "--mantine-primary-color-light-hover": "var(--control-hover)",
    "--mantine-primary-color-light-color": "var(--text)",
  };
  return { variables: {}, light: colors, dark: colors };
};
