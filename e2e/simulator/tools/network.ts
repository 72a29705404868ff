import type { Program } from "../machine/program.ts";

/** curl: whoever listens on a port of this host answers with a status, whoever else is reached with a body too. Certificates must lie where they are said to. */
export const curl: Program = async (call) => {
	const { machine, args } = call;
	const after = (flag: string) => args[args.indexOf(flag) + 1] ?? "";
	const url = new URL(args.find((word) => /^https?:\/\//.test(word)) ?? "http://127.0.0.1:0/");
	const format = args.includes("-w") ? after("-w") : "";
	const fails = args.some((word) => /^-[a-zA-Z]*f/.test(word) && !word.startsWith("--"));
	for (const flag of ["--cacert", "--cert", "--key"]) if (args.includes(flag) && machine.fs.text(after(flag)) === undefined) return 58;
	const known = machine.web.map((answer) => answer(url, args.includes("-d"))).find((answer) => answer !== undefined);
	const status = known?.status ?? machine.listeners.get(Number(url.port))?.();
	if (known && !(fails && known.status >= 400) && !args.includes("-o")) await call.out(known.body);
	if (format !== "") await call.out(format.replaceAll("%{http_code}", String(status ?? 0).padStart(3, "0")));
	if (status === undefined) return 7;
	return fails && status >= 400 ? 22 : 0;
};

/** iptables' FORWARD policy; the rest of a firewall is nobody's business here. */
export const iptables: Program = async (call) => {
	const words = call.args.filter((word) => word !== "-w");
	if (words[0] === "-P") {
		call.machine.forwardPolicy = words[2] ?? "ACCEPT";
		return 0;
	}
	if (words[0] === "-S") {
		await call.out(`-P FORWARD ${call.machine.forwardPolicy}\n`);
		return 0;
	}
	return 0;
};
