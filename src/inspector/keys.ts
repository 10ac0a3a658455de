/** Keys of the page as a whole. All others are named by the elements that they press: `aria-keyshortcuts`. */
const general = [
	["j", "Next row"],
	["k", "Row before"],
	["Enter", "Open the row"],
	["Escape", "Back to the row"],
	["?", "This list"],
];

const isTyped = "input, textarea, select";
const setting = "localhook-keys";

/** Makes the keyboard do what the mouse does. Keys of one letter can be switched off: WCAG 2.1.4. */
export function listenForKeys(leave: () => void): void {
	const sheet = document.createElement("dialog");
	document.body.append(sheet);
	document.addEventListener("keydown", (event) => {
		const { key, target, ctrlKey, metaKey, altKey } = event;
		if (ctrlKey || metaKey || altKey || sheet.open) return;
		if (target instanceof Element && target.matches(isTyped)) {
			if (key === "Escape") (target as HTMLElement).blur();
			return;
		}
		if (key === "Escape") return leave();
		if (key === "?") return openSheet(sheet);
		if (key.length > 1 || localStorage.getItem(setting) === "off") return;
		if (key === "j" || key === "k") moveFocus(key === "j" ? 1 : -1);
		else {
			const shortcut = `[aria-keyshortcuts="${CSS.escape(key)}"]`;
			const to = document.querySelector<HTMLElement>(shortcut);
			if (to === null || event.repeat) return;
			if (to.matches(isTyped)) to.focus();
			else to.click();
		}
		event.preventDefault();
	});
}

function moveFocus(by: number): void {
	const rows = [...document.querySelectorAll<HTMLElement>("a[data-id]")];
	const open = document.querySelector<HTMLElement>("a[data-id][aria-current]");
	const at = rows.indexOf((document.activeElement ?? open) as HTMLElement);
	const from = at === -1 && open ? rows.indexOf(open) : at;
	rows[Math.max(0, Math.min(from + by, rows.length - 1))]?.focus();
}

function openSheet(sheet: HTMLDialogElement): void {
	const here = [...document.querySelectorAll("[aria-keyshortcuts]")].map(
		(each) => [
			each.getAttribute("aria-keyshortcuts"),
			each.getAttribute("aria-label") ?? each.textContent,
		],
	);
	const text = [...general, ...here].map((line) => line.join("  ")).join("\n");
	const isOff = localStorage.getItem(setting) === "off";
	const list = document.createElement("pre");
	list.textContent = text;
	const button = document.createElement("button");
	button.textContent = `Switch keys of one letter ${isOff ? "on" : "off"}`;
	button.onclick = () => {
		localStorage.setItem(setting, isOff ? "on" : "off");
		sheet.close();
	};
	sheet.replaceChildren(list, button);
	sheet.showModal();
}
