import { createContext, useContext } from "react";
import type { Schemas } from "~/api/types";

type Flow = Schemas["Flow"];

const Context = createContext<Flow | null>(null);

export function FlowProvider({ flow, children }: { flow: Flow; children: React.ReactNode }) {
  return <Context value={flow}>{children}</Context>;
}

/** The flow that the page is about. */
export function useFlow(): Flow {
  const flow = useContext(Context);
  if (!flow) throw new Error("useFlow stands outside of a flow");
  return flow;
}
