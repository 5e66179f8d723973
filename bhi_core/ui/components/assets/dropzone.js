/* Streamlit's field for a file has an accessible name and role="presentation", which takes the name away (axe:
   presentation-role-conflict). A group keeps it. */
export default function () {
  const name = () => {
    for (const field of document.querySelectorAll('[data-testid=stFileUploaderDropzone][role=presentation]')) {
      field.setAttribute('role', 'group');
    }
  };
  name();
  const seen = new MutationObserver(name);
  seen.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['role'] });
  return () => seen.disconnect();
}
