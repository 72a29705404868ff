import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { LoginForm } from "@/components/shell/login-form.tsx";
import { safeNext } from "@/lib/session-client.ts";
import { currentSession } from "../../session.ts";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("auth"))("title") };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
	const { next } = await searchParams;
	const target = safeNext(typeof next === "string" ? next : null);
	if (await currentSession()) redirect(target);
	return <LoginForm next={target} />;
}
