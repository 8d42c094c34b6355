/** Why a change was refused. */
export function Refused({ text }: { readonly text: string | null }) {
  return (
    <p role="status" class="failed-text">
      {text ?? ''}
    </p>
  );
}
