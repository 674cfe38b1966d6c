import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./styles.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queryClient } from "./api/queries";
import { router } from "./routes";
import { cssVariables, theme } from "./theme";
import { Later } from "./ui/later";

// What was said before it is there is shown then; the page comes first.
const notices = () => idle().then(() => import("./ui/Notices"));

function idle(): Promise<unknown> {
  return new Promise((resolve) =>
    // Safari has no such thing.
    "requestIdleCallback" in window
      ? window.requestIdleCallback(resolve, { timeout: 2_000 })
      : setTimeout(resolve, 500),
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Later load={notices}>{({ Notices }) => <Notices />}</Later>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
