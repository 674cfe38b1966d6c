import { Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { requestWhole } from "~/api/client";
import { isRefused } from "~/api/error";
import { invalidate, queryClient, read } from "~/api/queries";
import { FormEnd, useSubmit } from "~/components/form";
import { paths } from "~/paths";
import { ActButton } from "~/ui/ActButton";
import { ChangedMeanwhile } from "./ChangedMeanwhile";
import {
  fromWorkspace,
  merged,
  REDIRECT_DAYS,
  type SettingsValues,
  timeZones,
  toChange,
  validate,
} from "./settings";

/** What was read, and which state it was. */
interface State {
  values: SettingsValues;
  state: string | null;
}

interface Props {
  /** Id of the workspace: it stays when the address changes. */
  id: string;
  began: State;
  /** Why nothing can be changed, if so. */
  off: string | null;
}

/** Name, address, description, picture and time zone. Saved only if nobody else saved meanwhile. */
export function GeneralForm({ id, began, off }: Props) {
  const navigate = useNavigate();
  const [before, setBefore] = useState(began);
  const [theirs, setTheirs] = useState<State | null>(null);
  const zones = useMemo(() => timeZones(before.values.time_zone), [before.values.time_zone]);
  const path = { workspace: id };

  const form = useSubmit({
    initialValues: began.values,
    validate,
    send: async (values) => {
      try {
        return await requestWhole("patch", "/v1/workspaces/{workspace}", {
          path,
          ifMatch: before.state ?? undefined,
          body: toChange(before.values, values),
        });
      } catch (error) {
        if (!isRefused(error, "stale")) throw error;
        const { data, response } = await requestWhole("get", "/v1/workspaces/{workspace}", {
          path,
        });
        setTheirs({ values: fromWorkspace(data), state: response.headers.get("etag") });
        return null;
      }
    },
    onDone: (answer, values) => {
      // Not saved: what was typed is still unsaved.
      if (!answer) {
        form.form.resetDirty(before.values);
        form.form.setValues(values);
        return;
      }
      const after = fromWorkspace(answer.data);
      const hasMoved = after.slug !== before.values.slug;
      setBefore({ values: after, state: answer.response.headers.get("etag") });
      form.form.setValues(after);
      form.form.resetDirty(after);
      notifications.show({ message: "The settings were saved." });
      const now = read("/v1/workspaces/{workspace}", { path: { workspace: after.slug } });
      queryClient.setQueryData(now.queryKey, answer.data);
      if (hasMoved) void navigate(paths.settings(after.slug), { replace: true });
      void invalidate("/v1/me/workspaces", "/v1/workspaces", "/v1/workspaces/{workspace}");
    },
  });

  const take = (state: State, values: SettingsValues) => {
    setBefore(state);
    form.form.setValues(values);
    form.form.resetDirty(state.values);
    setTheirs(null);
  };

  return (
    <form {...form.props}>
      <fieldset className="plain" disabled={off !== null}>
        <Stack gap="md">
          <TextInput label="Name" required maxLength={80} {...form.field("name")} />
          <TextInput
            label="Address"
            required
            description={`Where it is found here, and its name in the API. The old address leads to the new one for ${REDIRECT_DAYS} days.`}
            leftSection={<span aria-hidden>/</span>}
            maxLength={39}
            spellCheck={false}
            autoCapitalize="none"
            {...form.field("slug")}
          />
          <Textarea
            label="Description"
            description="What it is for, for those who join."
            autosize
            minRows={2}
            maxRows={8}
            {...form.field("description")}
          />
          <TextInput
            label="Picture address"
            description="Where your own pages find the picture of this workspace. The console itself loads nothing from other hosts and shows its initials."
            placeholder="https://example.com/logo.png"
            inputMode="url"
            spellCheck={false}
            {...form.field("picture_url")}
          />
          <Select
            label="Time zone"
            description="By which its days are counted for people."
            required
            searchable
            data={zones}
            allowDeselect={false}
            nothingFoundMessage="No time zone has this name."
            maxDropdownHeight={260}
            {...form.field("time_zone")}
          />
        </Stack>
      </fieldset>
      {off === null ? (
        <FormEnd form={form} act="Save changes" disabled={!form.form.isDirty()} />
      ) : (
        <Group justify="flex-end" mt="md">
          <ActButton reason={off}>Save changes</ActButton>
        </Group>
      )}
      <ChangedMeanwhile
        before={before.values}
        mine={form.form.values}
        theirs={theirs?.values ?? null}
        onClose={() => setTheirs(null)}
        onTake={() => theirs && take(theirs, theirs.values)}
        onKeep={() =>
          theirs && take(theirs, merged(before.values, form.form.values, theirs.values))
        }
      />
    </form>
  );
}
