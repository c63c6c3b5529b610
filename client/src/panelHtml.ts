// The panel's document. Everything is refused but our own script and style sheet.

/** `cspSource`, `script` and `style` as the webview gives them; `nonce` fresh for each document. */
export function panelHtml(parts: { cspSource: string; script: string; style: string; nonce: string }): string {
  const { cspSource, script, style, nonce } = parts;
  // Row positions and bar widths are set through the CSSOM, which needs no 'unsafe-inline'.
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Query plan</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main id="plan"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
