"""Names, exports and props of components, as each framework writes them."""

from __future__ import annotations

import pytest

from kimi_lsp.project.component import Component
from kimi_lsp.project.components import components
from kimi_lsp.project.stack import Framework


def shown(component: Component) -> str:
    way = "default " if component.default else ""
    tag = f" as {component.tag}" if component.tag else ""
    return f"{way}{component.name}({', '.join(map(str, component.props))}){tag}"


@pytest.mark.parametrize(
    ("framework", "path", "text", "found"),
    [
        (
            "react",
            "src/Badge.tsx",
            "interface Props {\n  tone?: 'good' | 'bad'\n  /** its text, say; */\n"
            "  label: string\n}\n"
            "export default function Badge({ label, tone = 'good', ...rest }: Props) {\n"
            "  return <b {...rest}>{label}</b>\n}\n",
            ["default Badge(label: string, tone?: 'good' | 'bad')"],
        ),
        (
            "react",
            "ui/card.tsx",
            'function Card({ className, ...props }: React.ComponentProps<"div">) {\n'
            "  return <div {...props} />\n}\nconst CardTitle = () => <h3 />;\n"
            "export { Card, CardTitle, cardVariants };\n",
            ["Card(className)", "CardTitle()"],
        ),
        (
            "react",
            "src/Field.tsx",
            "type FieldProps = React.HTMLAttributes<HTMLElement> & {\n  label: string;\n"
            "  size?:\n    | 'small'\n    | 'large';\n};\n"
            "export const Field = forwardRef<HTMLInputElement, FieldProps>("
            "({ label, size }, ref) => (\n"
            "  <input ref={ref} />\n));\n",
            ["Field(label: string, size?: 'small' | 'large')"],
        ),
        (
            "react",
            "src/List.tsx",
            "type ListProps<T> = { items: T[]; render: (one: T) => ReactNode }\n"
            "export function List<T>({ items, render }: ListProps<T>) { return <ul/> }\n",
            ["List(items: T[], render: (one: T) => ReactNode)"],
        ),
        (
            "react",
            "src/Chip.tsx",
            "const Chip: React.FC<ChipProps> = (props) => <i>{props.text}</i>\n"
            "interface ChipProps { text: string }\nexport default Chip\n",
            ["default Chip(text: string)"],
        ),
        (
            "react",
            "src/Old/index.js",
            "class Old extends Component { render() { return <p>{this.props.a}</p>; } }\n"
            "Old.propTypes = {\n  kind: PropTypes.oneOf(['a', 'b']).isRequired,\n"
            "  done: PropTypes.func,\n};\nexport default withStyles(styles)(Old);\n",
            ["default Old(kind: 'a' | 'b', done?: function)"],
        ),
        (
            "react",
            "src/Row.js",
            "const Row = ({ a, b = 1 }) => <tr/>;\n"
            "Row.propTypes = { a: PropTypes.string.isRequired };\n"
            "export default React.memo(Row);\n",
            ["default Row(a: string, b?)"],
        ),
        ("react", "src/useThing.ts", "export const Thing = 1\nexport default () => 2\n", []),
        (
            "solid",
            "src/Tag.tsx",
            "export const Tag: Component<{ name: string }> = (props) => <s>{props.name}</s>\n",
            ["Tag()"],
        ),
        (
            "solid",
            "src/Tag.tsx",
            "export function Tag(props: { name: string; on?: boolean }) { return <s/> }\n",
            ["Tag(name: string, on?: boolean)"],
        ),
        (
            "vue",
            "src/UserCard.vue",
            '<script setup lang="ts">\nconst props = withDefaults(defineProps<{\n  name: string\n'
            "  age?: number\n}>(), { age: 1 })\n</script>\n",
            ["default UserCard(name: string, age?: number)"],
        ),
        (
            "vue",
            "src/user-card.vue",
            "<script>\nexport default {\n  props: {\n    name: { type: String, required: true },\n"
            "    tags: Array,\n  },\n}\n</script>\n",
            ["default UserCard(name: string, tags?: array)"],
        ),
        (
            "vue",
            "src/A.vue",
            "<script setup>\ndefineProps(['title', 'body'])\n</script>\n",
            ["default A(title?, body?)"],
        ),
        (
            "svelte",
            "src/lib/Card.svelte",
            '<script lang="ts">\n  let { title, wide = false, children }: { title: string; '
            "wide?: boolean; children: Snippet } = $props();\n</script>\n",
            ["default Card(title: string, wide?: boolean, children: Snippet)"],
        ),
        (
            "svelte",
            "src/lib/Old.svelte",
            "<script>\n  export let name;\n  export let size = 3;\n</script>\n",
            ["default Old(name, size?)"],
        ),
        (
            "angular",
            "src/app/price-card.ts",
            "@Component({\n  selector: 'app-price-card',\n  template: `<p></p>`,\n})\n"
            "export class PriceCard {\n  readonly plan = input.required<string>();\n"
            "  featured = input(false);\n  @Input() note?: string;\n}\n",
            ["PriceCard(note?: string, plan: string, featured?) as app-price-card"],
        ),
        (
            "lit",
            "src/my-badge.ts",
            "@customElement('my-badge')\nexport class MyBadge extends LitElement {\n"
            "  @property({ type: String })\n  tone = 'good'\n}\n",
            ["MyBadge(tone?) as my-badge"],
        ),
        (
            "astro",
            "src/components/Hero.astro",
            "---\ninterface Props { title: string }\nconst { title } = Astro.props;\n---\n<h1/>\n",
            ["default Hero(title: string)"],
        ),
    ],
)
def test_found(framework: Framework, path: str, text: str, found: list[str]) -> None:
    assert [shown(one) for one in components(framework, path, text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "export default function A({" + "a: {" * 3000,
        "export const A = " * 2000 + "<b></b>",
        "</b> interface A " * 3000,
        "let {" * 8000 + "} = $props(",
        "export const A: " * 3000 + "</b>",
        "\"'`" * 9000 + "</b>",
    ],
    ids=range(6),
)
@pytest.mark.parametrize("path", ["A.tsx", "A.vue", "A.svelte"])
@pytest.mark.timeout(20)
def test_hostile_text_comes_to_an_end(text: str, path: str) -> None:
    components("react", path, text[:65_536])
