import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Machine } from "../machine/machine.ts";
import { FixedPods } from "../machine/pods.ts";
import { BOOKWORM } from "../machine/profile.ts";
import { standIn } from "../machine/program.ts";
import { BASE_PROGRAMS } from "../machine/programs.ts";

// The same words in this machine's /bin/sh, with its own tools, and in the simulator's: what they say and how they end is the same.
const SNIPPETS: Record<string, string> = {
	"fields by IFS": `a='x:y::z '; IFS=:; for w in $a; do printf '<%s>' "$w"; done; IFS=' '; set -- $a b; echo "$# $1"`,
	"blanks around another separator": `IFS=' :'; a=' x : y:z '; for w in $a; do printf '<%s>' "$w"; done`,
	"empty and quoted fields": `e=; set -- $e "$e" '' "a b"; echo $#; set --; for w in "$@"; do echo never; done; echo "[$*]"`,
	"default values": `unset u; e=; echo "\${u-1} \${u:-2} \${e-3} \${e:-4} \${u:=5} $u \${u:+6} \${e:+7}|"`,
	"removal of patterns": `p=/a/b.tar.gz; echo "\${p##*/} \${p%.*} \${p%%.*} \${p#*/}"; q='a*b*c'; echo "\${q#a'*'} \${q%"*c"}" "\${q##*'*'}"`,
	"removal with brackets": `v='x = "quoted"'; v=\${v#*[\\"\\']}; v=\${v%%[\\"\\']*}; echo "$v"; m='path=/bin/x ; argv[]=/bin/x -a ; z'; m=\${m#*argv\\[\\]=}; echo "\${m%% ;*}"`,
	"length and arithmetic": `s=hello; n=7; echo "\${#s} $((n * 3 + 1)) $((n / 2)) $((n % 4)) $((n > 3 && n < 9)) $(( -n + 2 ))"; i=0; while [ $((i)) -lt 3 ]; do i=$((i + 1)); done; echo $i`,
	case: `for w in abc 12a '' '*' 'a b'; do case $w in '') echo empty;; *[!0-9a-z]*) echo odd;; [0-9]*) echo digit;; ab?) echo three;; esac; done`,
	"quoted text in case means itself": `x='*'; case abc in "$x") echo no;; $x) echo yes;; esac`,
	"here-documents": `v=1; cat <<A; cat <<'B'; cat <<-C\n$v \\$v $(echo two)\nA\n$v\nB\n\ttab $v\n\tC\n`,
	"a loop over a here-document": `n=0; while read -r a b; do n=$((n + 1)); echo "$a-$b"; done <<E\none two three\n  four\nE\necho $n`,
	"read with separators": `printf 'a: b:c\\nx\\n' | while IFS=: read -r p q; do printf '<%s|%s>' "$p" "$q"; done; printf 'no end' | { read -r l; echo "$? $l"; }; printf '1.25 9\\n' | { IFS='. ' read -r s c r; echo "$s $c $r"; }`,
	"exit status": `false || echo a; true && echo b; ! true; echo $?; (exit 3); echo $?; f() { return 4; }; f; echo $?; x=$(exit 5); echo $?; y=1 x=$(false); echo $?; if false; then :; fi; echo $?`,
	pipes: `printf 'b\\na\\nc\\n' | sort | { read -r first; echo "$first"; cat; }; echo x | false; echo $?; false | true; echo $?`,
	"variables do not come out of a pipe or a subshell": `v=1; echo x | read -r v; echo $v; (v=2); echo $v; { v=3; }; echo $v`,
	descriptors: `{ echo one >&4; echo two; } 4>&1 >f; cat f; { echo err >&2; } 2>&1 | sed s/^/e:/; exec 3>g; echo three >&3; exec 3>&-; cat g; { e=$( { echo out >&4; echo err >&2; } 2>&1 ); } 4>&1; echo "[$e]"`,
	"append and truncate": `echo 1 >f; echo 2 >>f; cat f; : >f; wc -c <f | tr -d ' '`,
	"a redirection that fails": `echo a >/nowhere/x; echo "after $?"; cat </nowhere/y; echo $?; (: >/nowhere/z; echo never); echo $?`,
	"functions and their arguments": `f() { echo "$# $1 $2"; shift; echo "$*"; }; set -- z; f 'a b' c; echo "$1"; g() { for i in 1 2 3; do [ $i = 2 ] && return 9; done; }; g; echo $?`,
	"break and continue": `for i in 1 2 3; do for j in a b; do [ $j = b ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done; until [ "\${k:-0}" = 2 ]; do k=$((\${k:-0} + 1)); done; echo $k`,
	"assignment before a command": `v=1; v=2 sh -c 'echo $v'; echo $v; f() { echo $v; }; v=3 f; w=4 true; echo "[$w]"`,
	"eval and quoting": `a='$b'; b=c; eval "echo $a"; eval 'x="1 2"'; echo "$x"; eval false; echo $?`,
	test: `[ -n a ] && [ -z '' ] && [ ! a = b ] && [ 2 -gt 1 ] && echo ok; [ a = b ] || echo no; touch f; ln -s f l; mkdir d; for t in -f -d -L -e -s; do for p in f d l none; do [ $t $p ] && printf '%s%s ' $t $p; done; done; [ -f f ] && [ ! -e none ]; echo $?`,
	printf: `printf '%s|%5s|%-5s|%03d|%x|%c|%%\\n' a b c 7 255 xyz; printf '%s\\n' 1 2 3; printf '\\101\\t.\\n'; printf '%.2s\\n' abc; printf '%s' ''; printf '%d %s\\n' 1 a 2`,
	globs: `touch a1 a2 b1 .h; echo a* [ab]1 *z '*' a?; set -f; echo a*; set +f; mkdir d; touch d/x; echo */x ./a[!1]`,
	"ln -s is taken once": `ln -s commit decision; echo $?; ln -s revert decision 2>/dev/null; echo $?; readlink decision; readlink none; echo $?; ln -sf other decision; readlink decision`,
	"mv replaces in one step": `echo old >f; echo new >f.part; mv -f f.part f; cat f; [ -e f.part ]; echo $?; mkdir d; mv f d; cat d/f; cp -a d/f g; cat g; ln -s g h; cp -a h i; readlink i`,
	"rm and rmdir": `rm none 2>/dev/null; echo $?; rm -f none; echo $?; mkdir -p a/b; rmdir a 2>/dev/null; echo $?; rm -rf a; [ -d a ]; echo $?`,
	modes: `umask 022; : >f; mkdir d; stat -c '%a %F' f d; chmod 0600 f; stat -c %a f; umask 077; : >g; stat -c %a g; umask`,
	"text tools": `printf 'a b c\\nd e f\\n' >f; cut -d' ' -f2 f; cut -c1-3 f; head -n1 f; tail -n 1 f; tail -c +3 f | head -c 4; echo; tr a-c A-C <f; tr -d ' \\n' <f; echo; wc -l <f | tr -d ' '; basename /x/y.service .service; dirname /x/y; sort -r f; printf '3\\n1\\n10\\n1\\n' | sort -un | tr '\\n' ,`,
	"base64 and sha256": `printf 'some bytes \\001\\377' | base64; printf 'aGk=' | base64 -d; echo; printf '%080d' 1 | base64; printf x | sha256sum`,
	grep: `printf 'alpha\\nbeta.x\\n[gamma]\\n' >f; grep -c a f; grep -qxF beta.x f; echo $?; grep -F '[' f; grep -v alpha f; grep -oE '[a-z]{4}' f; grep -n '^be' f; grep -sH '' none f; echo $?; grep -qsF x f none; echo $?; grep -e a -e b f | tr '\\n' ' '; grep 'x$' f; grep -E '(^|x)beta' f; grep -l a f`,
	sed: `printf 'one\\n"two"\\nthree=3\\n' >f; sed 's/o/0/' f; sed -n 2p f; sed 's/^"//; s/"$//' f; sed -n 's/^three=\\([0-9]*\\)$/<\\1>/p' f; sed '/one/d' f; sed -e 's/e/E/g' -e 1d f; sed -n '/two/,$p' f; sed 's/[ \\t]*$//' f; sed -n '$=' f; sed 's,/,_,g;s/=/&&/' f; printf 'a\\tb\\n' | sed 's/\\t/-/'`,
	awk: `printf 'a 1 x\\nb 22 y\\n' >f; awk '{ print $2, NF }' f; awk -F1 'NR == 1 { print $1 }' f; awk -v k=b '$1 == k { s += $2 } END { print s, NR }' f; awk '{ l[NR] = $0 } END { for (i = NR; i > 0; i--) print l[i] }' f; awk '$2 !~ /2/ { split($0, p, " "); print p[1] p[3] }' f; awk 'BEGIN { x = "a\\"b"; print (x == "a" "\\"b"), substr("hello", 2, 3), index("abc", "c"), length(x); printf "%s-%d\\n", "z", 4 }'; printf '/a/pods/b\\n/c\\n' | awk '$1 !~ /\\/(pods|netns)\\// { gsub(/c/, "d"); print }'`,
	find: `mkdir -p a/b a/c; echo 1 >a/b/x; echo 2 >a/c/x; find a -name x | sort; find a -path '*b*' -name x -exec cat {} +; find a -type d | sort; find a -name c -prune -o -type f -print; find none 2>/dev/null; echo $?`,
	traps: `sh -c "trap 'echo bye' EXIT; exit 3"; echo $?; sh -c "trap '' PIPE; echo a"`,
	"signals and limits": `timeout 0.1 sleep 5; echo $?; timeout -s KILL 0.1 sleep 5; echo $?; timeout 5 sh -c 'exit 7'; echo $?; kill -0 $$; echo $?; none-such-command 2>/dev/null; echo $?`,
	background: `(sleep 0.05; echo late) & p=$!; echo first; wait $p; echo $?`,
	flock: `flock -n l echo got; exec 9>>l; flock -n 9 && echo held; (exec 8>>l; flock -n 8 || echo busy); exec 9>&-; flock -n l echo again; flock -n -o l sh -c 'flock -n l echo no; echo $?'`,
	command: `command -v cat >/dev/null && echo yes; command -v none-such || echo no; f() { :; }; command -v f`,
	"set and shift": `set -- a 'b c' d; shift; echo "$# $1"; set -- $(echo 1 2); echo "$2"; echo "\${10-none}"`,
	ls: `mkdir d; : >d/b; : >d/a; ls d; ln -s x s; ls -l s | sed 's/.* s -> /s -> /'; ls none 2>/dev/null; echo $?`,
	"dd, df and touch": `dd if=/dev/zero of=z bs=1024 count=3 2>/dev/null; wc -c <z | tr -d ' '; df -Pk . | awk 'NR == 2 { print ($4 > 0) }'; touch t; [ -f t ]; echo $?`,
	"stdin of a script": `printf 'echo a\\nif true\\nthen echo b; fi\\nexit 4\\necho c\\n' | sh; echo $?`,
	"exit in the middle": `echo a; exit 9; echo b`,
};

let folder: string;
let machine: Machine;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "gantry-shell-"));
	machine = new Machine({ name: "host", profile: BOOKWORM, accounts: [{ user: "root", uid: 0, sudo: "root" }], pods: new FixedPods() });
	machine.fs.makeFolders("/usr/bin");
	machine.fs.putLink("/bin", "usr/bin");
	for (const name of BASE_PROGRAMS) machine.fs.put(`/usr/bin/${name}`, standIn(name), 0o755);
});
afterAll(async () => {
	await machine.powerOff();
	rmSync(folder, { recursive: true, force: true });
});

it.each(Object.entries(SNIPPETS))("does as this machine's sh does: %s", async (name, snippet) => {
	const real = join(folder, name.replaceAll(/[^a-z]/g, "-"));
	const script = (place: string) => `mkdir -p ${place}; cd ${place} || exit 99; umask 022\n${snippet}\n`;
	const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", HOME: "/root", NODE_ENV: "test" } as const;
	const expected = spawnSync("/bin/sh", ["-c", script(real)], { env, encoding: "latin1" });
	const found = await machine.run(`LC_ALL=C; export LC_ALL\n${script(`/work${real}`)}`);
	expect({ stdout: found.stdout, code: found.code }).toEqual({ stdout: expected.stdout, code: expected.status });
});
