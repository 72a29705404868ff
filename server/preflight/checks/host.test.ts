import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answer } from "../../probe/fixtures/edit.ts";
import { harness } from "../fixtures/harness.ts";
import { soundFacts } from "../fixtures/node.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find, findings } = harness(recorded);

describe("the host", () => {
	it("must run systemd 219 or later, up and not on its way down", () => {
		expect(
			codes((facts) => {
				facts.host.initSystem = "openrc-init";
			}),
		).toEqual(["node.systemd.absent"]);
		expect(
			find("node.systemd.too-old", (facts) => {
				facts.host.systemdVersion = { known: true, value: 218 };
			})?.values,
		).toEqual({
			found: 218,
			needed: 219,
		});
		for (const state of ["stopping", "starting", "maintenance", "offline"]) {
			expect(
				codes((facts) => {
					facts.host.systemState = state;
				}),
			).toEqual(["node.systemd.state"]);
		}
		expect(
			codes((facts) => {
				facts.host.systemState = "degraded";
			}),
		).toEqual([]);
	});

	it("must have every command that the scripts use, each named", () => {
		const found = findings((facts) => {
			facts.host.commands["flock"] = "";
			facts.host.commands["docker"] = "";
			delete facts.host.commands["base64"];
		});
		expect(found.map(({ code, values }) => `${code} ${values["command"]}`).sort()).toEqual([
			"node.command.missing base64",
			"node.command.missing docker",
			"node.command.missing flock",
		]);
	});

	it("must have folders to write to, and no image for a system (rule 15)", () => {
		expect(
			find("node.folder.not-writable", (facts) => {
				facts.host.writable["/etc/systemd/system"] = false;
			})?.values,
		).toEqual({
			path: "/etc/systemd/system",
		});
		expect(
			codes((facts) => {
				facts.host.osId = "flatcar";
			}),
		).toEqual(["node.image-based"]);
		expect(
			codes((facts) => {
				facts.host.imageBased = true;
			}),
		).toEqual(["node.image-based"]);
	});

	it("problem 25: is left alone while a package manager works, and needrestart is noted", () => {
		expect(
			find("node.package-manager.busy", (facts) => {
				facts.host.packageLocks = ["/var/lib/dpkg/lock-frontend"];
			}),
		).toMatchObject({
			severity: "block",
			values: { locks: "/var/lib/dpkg/lock-frontend" },
		});
		expect(
			find("node.needrestart", (facts) => {
				facts.host.needrestart = true;
			})?.severity,
		).toBe("note");
	});

	it("is warned of where packages are installed by themselves (rule 15)", () => {
		expect(
			find("node.automatic-upgrades", (facts) => {
				facts.host.automaticUpgrades = ["apt-daily-upgrade.timer"];
			}),
		).toMatchObject({ severity: "warn", values: { units: "apt-daily-upgrade.timer" } });
		const shown = (...active: string[]) =>
			["apt-daily-upgrade.timer", "dnf-automatic.timer"]
				.map((id) => `Id=${id}\nActiveState=${active.includes(id) ? "active" : "inactive"}\n`)
				.join("\n");
		const read = (signs: string, ...active: string[]) =>
			soundFacts(recorded, { ...answer("upgrades", shown(...active)), signs }).host.automaticUpgrades;
		expect(read("unattended-upgrade\n", "apt-daily-upgrade.timer")).toEqual(["apt-daily-upgrade.timer"]);
		// The timer alone is on every Debian, and does nothing without the program.
		expect(read("", "apt-daily-upgrade.timer")).toEqual([]);
		expect(read("unattended-upgrade\n", "dnf-automatic.timer")).toEqual(["dnf-automatic.timer"]);
		expect(read("unattended-upgrade\n")).toEqual([]);
	});

	it("problem 37: warns of AppArmor without its parser", () => {
		expect(
			codes((facts) => {
				facts.host.apparmor = true;
			}),
		).toEqual(["node.apparmor-parser.missing"]);
	});

	it("tells what of the kernel's only Docker has set, and is silent where a file does so too", () => {
		const sysctl = (name: string, value: string | null, kept: string | null) => ({
			name,
			value,
			kept: kept === null ? null : { value: kept, path: "/etc/sysctl.d/k8s.conf" },
		});
		const found = findings((facts) => {
			facts.host.sysctls = [
				sysctl("net.ipv4.ip_forward", "1", null),
				sysctl("net.ipv6.conf.all.forwarding", "1", null),
				sysctl("net.bridge.bridge-nf-call-iptables", "1", "0"),
				sysctl("net.bridge.bridge-nf-call-ip6tables", null, null),
			];
			facts.host.modules = [
				{ name: "overlay", state: "loaded", keptIn: null },
				{ name: "br_netfilter", state: "loaded", keptIn: null },
			];
		});
		expect(found.map(({ code, values }) => [code, values["name"]])).toEqual([
			["node.sysctl.not-kept", "net.ipv4.ip_forward"],
			["node.sysctl.not-kept", "net.bridge.bridge-nf-call-iptables"],
			["node.module.not-kept", "br_netfilter"],
		]);
		expect(
			codes((facts) => {
				facts.host.sysctls = [sysctl("net.ipv4.ip_forward", "1", "1"), sysctl("net.bridge.bridge-nf-call-iptables", "1", "1")];
				facts.host.modules = [{ name: "br_netfilter", state: "loaded", keptIn: "/etc/modules-load.d/k8s.conf" }];
			}),
		).toEqual([]);
		expect(
			codes((facts) => {
				facts.host.sysctls = [sysctl("net.ipv4.ip_forward", "0", "1")];
				facts.host.modules = [{ name: "br_netfilter", state: "built-in", keptIn: null }];
			}),
		).toEqual(["node.sysctl.off"]);
	});

	it("tells a clock that is more than half a minute off, and which way", () => {
		const skewed = (clockSkewS: number) =>
			findings((facts) => {
				facts.host.clockSkewS = clockSkewS;
			}).map(({ code, values }) => [code, values["seconds"]]);
		expect(skewed(30)).toEqual([]);
		expect(skewed(31)).toEqual([["node.clock.ahead", 31]]);
		expect(skewed(-7200)).toEqual([["node.clock.behind", 7200]]);
	});
});
