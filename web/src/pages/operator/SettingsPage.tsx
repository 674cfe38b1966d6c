import { Radio, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type ReactNode, useState } from "react";
import { prefetch, queryClient, read, useRead } from "~/api/queries";
import { useWrite } from "~/api/write";
import { ErrorPanel } from "~/components/ErrorPanel";
import { FormEnd, useSubmit } from "~/components/form";
import { PageSkeleton } from "~/components/PageSkeleton";
import { whyNoCredits } from "~/ui/credits";
import { Frame } from "~/ui/Frame";
import { fromSettings, type Settings, SIGN_UPS, toChange } from "./instance";

const HERE = "/v1/operator/settings";

export const loader = () => prefetch(HERE, {});

export function Component() {
  const { data, error, refetch } = useRead(HERE, {});
  if (error && !data) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageSkeleton />;
  return (
    <Frame
      title="Instance settings"
      about="They hold for everybody, from the moment they are saved."
    >
      <Fields began={data} />
    </Frame>
  );
}

function Fields({ began }: { began: Settings }) {
  // What stood here when it was opened: what somebody else changes meanwhile stays.
  const [before, setBefore] = useState(() => fromSettings(began));
  const update = useWrite("patch", HERE);
  const form = useSubmit({
    initialValues: before,
    validate: {
      product_name: (name) => (name.trim() ? null : "Give it a name."),
      signup_bonus: whyNoCredits,
      flow_call_price: whyNoCredits,
      verify_price: whyNoCredits,
    },
    send: (values) => update.mutateAsync({ body: toChange(before, values) }),
    onDone: (now) => {
      const values = fromSettings(now);
      queryClient.setQueryData(read(HERE, {}).queryKey, now);
      setBefore(values);
      form.form.setValues(values);
      form.form.resetDirty(values);
      notifications.show({ message: "The settings were saved." });
    },
  });
  return (
    <form {...form.props}>
      <Stack gap="lg" maw={720}>
        <Section id="product" title="Product" about="What your customers see.">
          <TextInput label="Name" required maxLength={80} {...form.field("product_name")} />
          <TextInput
            label="Logo address"
            placeholder="https://example.com/logo.svg"
            inputMode="url"
            spellCheck={false}
            {...form.field("logo_url")}
          />
          <TextInput
            label="Support address"
            description="Where customers find help."
            placeholder="https://example.com/support"
            inputMode="url"
            spellCheck={false}
            {...form.field("support_url")}
          />
        </Section>
        <Section id="sign-up" title="Sign-up" about="Who may make an account here.">
          <Radio.Group aria-labelledby="sign-up" {...form.field("sign_up")}>
            <Stack gap="xs">
              {SIGN_UPS.map(({ value, label, says }) => (
                <Radio key={value} value={value} label={label} description={says} />
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            label="Sign-up bonus"
            description="Credits that the first workspace of a new user is given, once. 0 for none."
            inputMode="decimal"
            autoComplete="off"
            maw={260}
            {...form.field("signup_bonus")}
          />
        </Section>
        <Section
          id="prices"
          title="Usual prices"
          about="What is charged where the price table says nothing else."
        >
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label="Flow call"
              description="Before the flow's own multiplier."
              inputMode="decimal"
              autoComplete="off"
              {...form.field("flow_call_price")}
            />
            <TextInput
              label="Verified call"
              description="Of your own API."
              inputMode="decimal"
              autoComplete="off"
              {...form.field("verify_price")}
            />
          </SimpleGrid>
        </Section>
        <FormEnd form={form} act="Save settings" disabled={!form.form.isDirty()} />
      </Stack>
    </form>
  );
}

function Section({
  id,
  title,
  about,
  children,
}: {
  id: string;
  title: string;
  about: string;
  children: ReactNode;
}) {
  return (
    <section className="panel pad" aria-labelledby={id}>
      <Title order={2} id={id} mb={2}>
        {title}
      </Title>
      <Text c="dimmed" mb="md">
        {about}
      </Text>
      <Stack gap="md">{children}</Stack>
    </section>
  );
}
