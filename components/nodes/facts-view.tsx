"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Copyable } from "@/components/ui/copyable.tsx";
import { type KeyValue, KeyValues } from "@/components/ui/key-value.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { Facts } from "@/lib/contracts/facts.ts";
import { formatBytes } from "@/lib/format.ts";
import { KubeletFlagsTable } from "./kubelet-flags-table.tsx";

type Known<T> = { known: true; value: T } | { known: false; reason: string };

const MODULE_STATES = { loaded: "factModuleLoaded", "built-in": "factModuleBuiltIn", absent: "factModuleAbsent" } as const;

/** Why the probe did not ask. */
const REASONS = ["disabled", "no-socket", "not-active", "not-asked", "not-installed", "not-running"] as const;

/** What the last probe read, the part of it that decides a migration. Names of programs and files are not translated. */
export function FactsView({ facts }: { facts: Facts }) {
	const t = useTranslations("nodes");
	const tUi = useTranslations("ui");
	const locale = useLocale();
	const { host, docker, containerd, kubelet, etcd, cni, crictl } = facts;

	function known<T>(fact: Known<T> | undefined, show: (value: T) => ReactNode = (value) => String(value)): ReactNode {
		if (fact === undefined) return "–";
		if (fact.known) return show(fact.value);
		// What a program answered instead stands as it is.
		const word = REASONS.find((reason) => reason === fact.reason);
		return <span className="text-warning">{t("factUnknown", { reason: word ? t(`factReason.${word}`) : fact.reason })}</span>;
	}
	const pauseImageFrom = (from: string) => {
		if (from === "default") return t("factPauseDefault");
		return from === "running sandboxes" ? t("factPauseSandboxes") : <code className="font-mono text-xs">{from}</code>;
	};
	const yesNo = (value: boolean) => (value ? tUi("yes") : tUi("no"));
	const mono = (text: string) => (text === "–" ? text : <Copyable text={text} />);
	const unit = (one: { loadState: string; activeState: string; unitFileState: string }) =>
		one.loadState === "not-found" ? tUi("none") : `${one.activeState}, ${one.unitFileState || one.loadState}`;

	const clock = (skewS: number | undefined) => {
		if (skewS === undefined) return "–";
		if (skewS === 0) return t("factClockSame");
		return t(skewS > 0 ? "factClockAhead" : "factClockBehind", { seconds: Math.abs(skewS) });
	};

	const sections: { title: string; items: KeyValue[] }[] = [
		{
			title: t("factsHost"),
			items: [
				{ name: "OS", value: host.osPretty },
				{ name: t("factKernel"), value: `${host.kernel} (${host.architecture})` },
				{
					name: "systemd",
					value: (
						<>
							{known(host.systemdVersion)} · {host.systemState}
						</>
					),
				},
				{ name: "cgroup", value: host.cgroup },
				{ name: "SELinux", value: host.selinux },
				{ name: "iptables FORWARD", value: known(host.forwardPolicy) },
				{ name: t("factDockerChains"), value: known(host.dockerChains, (chains) => chains.join(", ") || tUi("none")) },
				...(host.sysctls ?? [])
					.filter(({ value }) => value !== null)
					.map(({ name, value, kept }) => ({
						name,
						value: kept ? t("factKept", { value: value ?? "", path: kept.path }) : t("factNotKept", { value: value ?? "" }),
					})),
				...(host.modules ?? []).map(({ name, state, keptIn }) => ({
					name,
					value: keptIn ? t("factKept", { value: t(MODULE_STATES[state]), path: keptIn }) : t(MODULE_STATES[state]),
				})),
				{ name: t("factSwap"), value: yesNo(host.swapOn) },
				{ name: t("factClock"), value: clock(host.clockSkewS) },
			],
		},
		{
			title: "Docker",
			items: [
				{ name: t("factVersion"), value: docker.installed ? known(docker.version) : t("factNotInstalled") },
				{ name: "docker.service", value: unit(docker.service) },
				{ name: "docker.socket", value: unit(docker.socket) },
				{ name: "cri-docker.service", value: unit(docker.criDockerService) },
				{ name: t("factDataRoot"), value: known(docker.dataRoot, mono) },
				{ name: t("factStorageDriver"), value: known(docker.storageDriver) },
				{ name: t("factCgroupDriver"), value: known(docker.cgroupDriver) },
				{
					name: t("factContainers"),
					value: known(docker.containers, (list) =>
						t("factContainersCount", {
							kubernetes: list.filter((one) => one.kubernetes).length,
							other: list.filter((one) => !one.kubernetes).length,
						}),
					),
				},
				{
					name: t("factImages"),
					value: known(docker.imagesInUse, (list) =>
						t("factImagesCount", {
							count: list.length,
							size: formatBytes(
								list.reduce((sum, one) => sum + one.sizeBytes, 0),
								locale,
							),
						}),
					),
				},
			],
		},
		{
			title: "containerd",
			items: [
				{ name: t("factVersion"), value: containerd.installed ? known(containerd.version) : t("factNotInstalled") },
				{ name: "containerd.service", value: unit(containerd.unit) },
				{
					name: t("factConfig"),
					value: (
						<>
							{mono(containerd.configPath)} {containerd.config.state === "absent" ? t("factAbsent") : ""}
						</>
					),
				},
				{ name: t("factCriPlugin"), value: known(containerd.criPlugin) },
				{ name: t("factSnapshotter"), value: known(containerd.cri, ({ snapshotter }) => snapshotter || "–") },
				{
					name: t("factRuntimes"),
					value: known(containerd.cri, ({ runtimes, defaultRuntime }) =>
						runtimes.map((name) => (name === defaultRuntime ? t("factRuntimeDefault", { name }) : name)).join(", "),
					),
				},
				{
					name: t("factRegistries"),
					value: known(containerd.cri, ({ registries }) =>
						registries.kind === "folder" ? mono(registries.path) : registries.kind === "inline" ? registries.hosts.join(", ") : tUi("none"),
					),
				},
				{ name: t("factSocket"), value: mono(containerd.socketPath) },
			],
		},
		{
			title: "kubelet",
			items: [
				{ name: t("factVersion"), value: kubelet.installed ? known(kubelet.version) : t("factNotInstalled") },
				{ name: "kubelet.service", value: unit(kubelet.unit) },
				{ name: t("factEndpoint"), value: kubelet.endpoint ? mono(kubelet.endpoint) : "dockershim" },
				{
					name: t("factCgroupDriver"),
					value: known(kubelet.cgroupDriver, (driver) => (
						<>
							{driver.value} · {mono(driver.from)}
						</>
					)),
				},
				{
					name: t("factPauseImage"),
					value: known(kubelet.pauseImage, (image) => (
						<>
							{mono(image.value)} · {pauseImageFrom(image.from)}
						</>
					)),
				},
				{ name: t("factConfig"), value: mono(kubelet.configPath || "–") },
				{ name: t("factStaticPods"), value: kubelet.staticPods.join(", ") || tUi("none") },
			],
		},
		...(etcd
			? [
					{
						title: "etcd",
						items: [
							{ name: t("factEtcdUrl"), value: mono(etcd.url || "–") },
							{
								name: t("factEtcdMembers"),
								value: known(etcd.cluster, ({ members, self }) => (
									<ul>
										{members.map((member) => (
											<li key={member.id}>
												{member.name || member.id}
												{member.id === self ? ` (${t("factEtcdSelf")})` : ""} ·{" "}
												{known(member.healthy, (healthy) =>
													t(member.learner ? "factEtcdLearner" : healthy ? "factEtcdHealthy" : "factEtcdIll"),
												)}
												{member.id === member.leader ? ` · ${t("factEtcdLeader")}` : ""}
											</li>
										))}
									</ul>
								)),
							},
						],
					},
				]
			: []),
		{
			title: t("factsNetwork"),
			items: [
				{ name: t("factCniBin"), value: mono(cni.binDir) },
				{ name: t("factCniConf"), value: mono(cni.confDir) },
				{ name: t("factCniFiles"), value: cni.confFiles.map((file) => file.path.split("/").at(-1)).join(", ") || tUi("none") },
				{
					name: "crictl",
					value: crictl.path ? (
						<>
							{known(crictl.version)} · {mono(crictl.path)}
						</>
					) : (
						t("factNotInstalled")
					),
				},
			],
		},
	];
	return (
		<div className="flex flex-col gap-5">
			<div className="grid gap-5 xl:grid-cols-2">
				{sections.map((section) => (
					<div key={section.title}>
						<h3 className="mb-1.5 font-medium text-sm">{section.title}</h3>
						<KeyValues items={section.items} />
					</div>
				))}
			</div>
			<div>
				<h3 className="mb-1.5 font-medium text-sm">{t("factsFlags")}</h3>
				<KubeletFlagsTable kubelet={kubelet} />
			</div>
			<div>
				<h3 className="mb-1.5 font-medium text-sm">{t("factsSpace")}</h3>
				<Table aria-label={t("factsSpace")}>
					<THead>
						<Tr>
							<Th>{t("factPath")}</Th>
							<Th>{t("factMount")}</Th>
							<Th>{t("factFree")}</Th>
							<Th>{t("factInodes")}</Th>
						</Tr>
					</THead>
					<TBody>
						{facts.space.map((space) => (
							<Tr key={space.path}>
								<Td className="font-mono text-xs">{space.path}</Td>
								<Td className="font-mono text-xs">
									{space.mountPoint} ({space.fsType})
								</Td>
								<Td>
									{t("factFreeOf", { free: formatBytes(space.availableBytes, locale), total: formatBytes(space.totalBytes, locale) })}
								</Td>
								<Td>{new Intl.NumberFormat(locale).format(space.availableInodes)}</Td>
							</Tr>
						))}
					</TBody>
				</Table>
			</div>
		</div>
	);
}
