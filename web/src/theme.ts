import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Table,
} from "@mantine/core";

/** The one accent: the green of the mark. */
const guild: MantineColorsTuple = [
  "#eaf7f4",
  "#d6ece7",
  "#aad8cf",
  "#7ac4b5",
  "#53b3a0",
  "#3aa892",
  "#2a9d87",
  "#1b8975",
  "#0f7263",
  "#0f5b52",
];

const dark: MantineColorsTuple = [
  "#e4e9e7",
  "#bcc5c1",
  "#98a39f",
  "#6f7a76",
  "#333b38",
  "#2a312e",
  "#1f2523",
  "#161b19",
  "#101413",
  "#0a0d0c",
];

const sans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const mono =
  'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace';

const inputs = [
  "TextInput",
  "PasswordInput",
  "Textarea",
  "Select",
  "MultiSelect",
  "TagsInput",
  "Autocomplete",
  "DateTimePicker",
  "DatePickerInput",
  "JsonInput",
];

/** Dense: 14 px text, 32 px controls. */
export const theme = createTheme({
  primaryColor: "guild",
  primaryShade: { light: 8, dark: 8 },
  colors: { guild, dark },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontFamily: sans,
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.4" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  radius: { md: "6px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Its place holder is no menu item, which a menu may hold alone.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    ...Object.fromEntries(inputs.map((name) => [name, { defaultProps: { size: "sm" } }])),
    Button: Button.extend({
      defaultProps: { size: "sm" },
      vars: (_, { size }) =>
        size === "sm"
          ? { root: { "--button-height": "2rem", "--button-padding-x": "0.75rem" } }
          : { root: {} },
    }),
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        centered: false,
        size: "lg",
        yOffset: "8vh",
      },
    }),
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Table: Table.extend({ defaultProps: { verticalSpacing: "xs", horizontalSpacing: "sm" } }),
    // A link in a sentence is told by more than its colour.
    Anchor: { defaultProps: { underline: "always" } },
    Text: { defaultProps: { size: "md" } },
    Tooltip: { defaultProps: { openDelay: 250, multiline: true, maw: 320, withArrow: true } },
  },
});

/** Quiet text that can still be read, in both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--input-height-sm": "2rem" },
  light: {
    "--mantine-color-dimmed": "#5a6662",
    "--mantine-color-placeholder": "#66716d",
    "--mantine-color-error": "#c2255c",
    "--guild-side": "#f7f8f7",
    "--guild-line": "#e3e6e4",
  },
  dark: {
    "--mantine-color-dimmed": "#98a39f",
    "--mantine-color-placeholder": "#8a9591",
    "--mantine-color-error": "#ff8787",
    "--guild-side": "#111514",
    "--guild-line": "#2a312e",
  },
});
