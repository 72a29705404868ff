import { Check } from "lucide-react";
import { useRef } from "react";

interface RowCheckboxProps {
	checked: boolean;
	label: string;
	/** `range`: pressed with shift. */
	onPress: (range: boolean) => void;
}

/** The box of a row among thousands: as Checkbox looks and behaves, with the browser's own in place of a dozen components. */
export function RowCheckbox({ checked, label, onPress }: RowCheckboxProps) {
	// The press comes first, the box's own change after it.
	const range = useRef(false);
	return (
		<span className="relative flex size-4">
			<input
				type="checkbox"
				aria-label={label}
				checked={checked}
				onClick={(event) => {
					range.current = event.shiftKey;
				}}
				onChange={() => {
					const whole = range.current;
					range.current = false;
					onPress(whole);
				}}
				className="size-4 shrink-0 appearance-none rounded border border-input bg-card checked:border-primary checked:bg-primary"
			/>
			{checked ? (
				<Check className="pointer-events-none absolute top-px left-px size-3.5 text-primary-foreground" aria-hidden="true" />
			) : null}
		</span>
	);
}
