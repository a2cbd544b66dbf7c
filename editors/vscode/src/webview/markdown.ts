// Model text as safe HTML: Markdown without HTML, sanitised, with no links but to the web.
import DOMPurify from "dompurify";
import highlighter from "highlight.js/lib/common";
import MarkdownIt from "markdown-it";

const KEPT = 200;

/** Code that has been coloured already; while an answer grows, only its last block is new. */
const coloured = new Map<string, string>();

const markdown = new MarkdownIt({ html: false, linkify: false });
markdown.disable("image");
// Whatever else a link may name stays text.
markdown.validateLink = (address) => /^https?:/i.test(address);

// The one thing that tells fenced blocks from all else: they are counted as the server counts them.
markdown.renderer.rules.fence = (tokens, index) => {
  const token = tokens[index];
  const language = (token?.info ?? "").trim().split(/\s+/)[0] ?? "";
  return `<pre class="fence"><code class="hljs">${colour(token?.content ?? "", language)}</code></pre>`;
};

/** The HTML of an answer so far. */
export function render(text: string): string {
  return DOMPurify.sanitize(markdown.render(text), {
    ALLOWED_URI_REGEXP: /^https?:/i,
    FORBID_TAGS: ["style", "form", "iframe", "img", "svg", "math", "video", "audio"],
    FORBID_ATTR: ["style", "id", "name"],
  });
}

function colour(code: string, language: string): string {
  const key = `${language}\n${code}`;
  const known = coloured.get(key);
  if (known !== undefined) return known;
  const made = highlighter.getLanguage(language)
    ? highlighter.highlight(code, { language, ignoreIllegals: true }).value
    : markdown.utils.escapeHtml(code);
  if (coloured.size >= KEPT) coloured.clear();
  coloured.set(key, made);
  return made;
}
