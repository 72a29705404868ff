import enArchives from "./en/archives.json";
import enAudit from "./en/audit.json";
import enAuth from "./en/auth.json";
import enClusters from "./en/clusters.json";
import enError from "./en/error.json";
import enEvent from "./en/event.json";
import enFinding from "./en/finding.json";
import enHistory from "./en/history.json";
import enHostKeys from "./en/hostKeys.json";
import enMigration from "./en/migration.json";
import enNodes from "./en/nodes.json";
import enOverview from "./en/overview.json";
import enReport from "./en/report.json";
import enRun from "./en/run.json";
import enSettings from "./en/settings.json";
import enShell from "./en/shell.json";
import enStep from "./en/step.json";
import enTemplates from "./en/templates.json";
import enUi from "./en/ui.json";
import zhArchives from "./zh-CN/archives.json";
import zhAudit from "./zh-CN/audit.json";
import zhAuth from "./zh-CN/auth.json";
import zhClusters from "./zh-CN/clusters.json";
import zhError from "./zh-CN/error.json";
import zhEvent from "./zh-CN/event.json";
import zhFinding from "./zh-CN/finding.json";
import zhHistory from "./zh-CN/history.json";
import zhHostKeys from "./zh-CN/hostKeys.json";
import zhMigration from "./zh-CN/migration.json";
import zhNodes from "./zh-CN/nodes.json";
import zhOverview from "./zh-CN/overview.json";
import zhReport from "./zh-CN/report.json";
import zhRun from "./zh-CN/run.json";
import zhSettings from "./zh-CN/settings.json";
import zhShell from "./zh-CN/shell.json";
import zhStep from "./zh-CN/step.json";
import zhTemplates from "./zh-CN/templates.json";
import zhUi from "./zh-CN/ui.json";

/**
 * All text, by language and area. An area is one file in each language (`messages/en/run.json` is used as `useTranslations("run")`), so
 * that two people who add text rarely touch the same file. A new area is added here, once for each language.
 */
const en = {
	ui: enUi,
	shell: enShell,
	auth: enAuth,
	overview: enOverview,
	clusters: enClusters,
	nodes: enNodes,
	hostKeys: enHostKeys,
	archives: enArchives,
	settings: enSettings,
	finding: enFinding,
	error: enError,
	event: enEvent,
	step: enStep,
	run: enRun,
	migration: enMigration,
	templates: enTemplates,
	history: enHistory,
	report: enReport,
	audit: enAudit,
};
const zh: Record<keyof typeof en, object> = {
	ui: zhUi,
	shell: zhShell,
	auth: zhAuth,
	overview: zhOverview,
	clusters: zhClusters,
	nodes: zhNodes,
	hostKeys: zhHostKeys,
	archives: zhArchives,
	settings: zhSettings,
	finding: zhFinding,
	error: zhError,
	event: zhEvent,
	step: zhStep,
	run: zhRun,
	migration: zhMigration,
	templates: zhTemplates,
	history: zhHistory,
	report: zhReport,
	audit: zhAudit,
};

export const MESSAGES = { en, "zh-CN": zh };
