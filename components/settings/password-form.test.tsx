import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { MESSAGES } from "@/messages/catalogue.ts";
import { PasswordForm } from "./password-form.tsx";

it("cannot be sent before the page is awake, and never with a password in the address", () => {
	const drawn = renderToStaticMarkup(
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<PasswordForm onChanged={() => {}} />
		</NextIntlClientProvider>,
	);
	expect(drawn).toMatch(/<form[^>]* method="post"/);
	expect(drawn.match(/<button[^>]*type="submit"[^>]*>/g)).toEqual([expect.stringMatching(/ disabled=""/)]);
});
