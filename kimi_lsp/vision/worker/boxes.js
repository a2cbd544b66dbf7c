// The elements of the page that can be seen: where they are and what they are drawn with.
(most) => {
  const names = ["color", "background-color", "font-size", "font-weight", "font-family", "line-height",
    "padding", "margin", "gap", "display", "position", "overflow", "text-align", "border-radius",
    "z-index", "opacity"];
  const replaced = new Set(["IMG", "SVG", "CANVAS", "VIDEO", "INPUT", "SELECT", "TEXTAREA", "BUTTON", "HR"]);
  const clear = new Set(["rgba(0, 0, 0, 0)", "transparent"]);
  const boxes = [];
  const width = document.documentElement.clientWidth;
  for (const element of document.body ? document.body.querySelectorAll("*") : []) {
    if (boxes.length >= most) break;
    const style = getComputedStyle(element);
    const at = element.getBoundingClientRect();
    if (style.visibility !== "visible" || at.width < 1 || at.height < 1 || element.closest("svg svg, svg *")) continue;
    const text = [...element.childNodes].filter((node) => node.nodeType === 3)
      .map((node) => node.data.trim()).filter(Boolean).join(" ");
    const drawn = !clear.has(style.backgroundColor) || style.backgroundImage !== "none"
      || parseFloat(style.borderTopWidth) > 0 || style.boxShadow !== "none";
    if (!text && !drawn && !replaced.has(element.tagName.toUpperCase())) continue;
    const styles = {};
    for (const name of names) styles[name] = style.getPropertyValue(name);
    const cut = style.overflowX !== "visible" || style.overflowY !== "visible";
    const classes = typeof element.className === "string" ? element.className.trim().split(/\s+/).filter(Boolean) : [];
    boxes.push({
      element: [element.tagName.toLowerCase() + (element.id ? "#" + element.id : ""), ...classes.slice(0, 4)].join("."),
      text: text.slice(0, 80),
      x: Math.round(at.left + scrollX), y: Math.round(at.top + scrollY),
      width: Math.round(at.width), height: Math.round(at.height), styles,
      clipped: cut && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1),
      outside: at.right > width + 1 || at.left < -1,
    });
  }
  return boxes;
}
