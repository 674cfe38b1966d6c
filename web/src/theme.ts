import { createTheme, type MantineColorsTuple } from "@mantine/core";

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

const sans =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const mono =
  'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: "guild",
  primaryShade: { light: 8, dark: 7 },
  colors: { guild },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: { fontFamily: sans, fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
});
