import { Drawer, Modal } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useFocusBack } from "./focus";
import { LeaveDialog } from "./LeaveDialog";

interface Around {
  /** As the person closes it: asks if something would be lost. */
  close: () => void;
  setUnsaved: (isUnsaved: boolean) => void;
}

const Context = createContext<Around | null>(null);

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** Long forms stand at the side, beside what they are about. */
  side?: boolean;
  size?: "md" | "lg";
  children: ReactNode;
}

/** A form in a dialog. Escape, a click beside it and Cancel ask first, if something was typed. */
export function FormDialog({ opened, onClose, title, side, size = "md", children }: Props) {
  const [isUnsaved, setUnsaved] = useState(false);
  const [isAsking, setAsking] = useState(false);
  useFocusBack(opened);
  useEffect(() => {
    if (!opened) setAsking(false);
  }, [opened]);
  const around = useMemo(
    () => ({
      // After this press of Escape, which would close the question as well.
      close: () => (isUnsaved ? setTimeout(() => setAsking(true)) : onClose()),
      setUnsaved,
    }),
    [isUnsaved, onClose],
  );
  const shell = { opened, onClose: around.close, closeOnEscape: !isAsking, title, size };
  const inside = (
    <Context value={around}>
      {children}
      <LeaveDialog
        opened={opened && isAsking}
        onStay={() => setAsking(false)}
        onLeave={() => {
          setAsking(false);
          onClose();
        }}
      />
    </Context>
  );
  return side ? (
    <Drawer {...shell} position="right">
      {inside}
    </Drawer>
  ) : (
    <Modal {...shell}>{inside}</Modal>
  );
}

/** Tells the dialog around, if there is one, what would be lost; answers how it is closed. */
export function useFormDialog(isUnsaved: boolean): (() => void) | undefined {
  const around = useContext(Context);
  const setUnsaved = around?.setUnsaved;
  useEffect(() => {
    setUnsaved?.(isUnsaved);
    return () => setUnsaved?.(false);
  }, [setUnsaved, isUnsaved]);
  return around?.close;
}
