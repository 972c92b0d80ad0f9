#!/bin/sh
# Rebuilds commonpool/pages/static/govuk from the npm packages. For maintainers only: the result is committed,
# so installing and running Commonpool needs no Node.
set -eu
version=6.6.0
sass_version=1.108.2
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../commonpool/pages/static/govuk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm install --silent --no-fund --no-audit --no-save "govuk-frontend@$version" "sass@$sass_version"
cp "$here/look.scss" look.scss
npx sass --no-source-map --style=compressed look.scss look.css

# The crest is protected, so it is not shipped; a rule that names a missing file stops collectstatic.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const css = readFileSync("look.css", "utf8")
    .replace(/[^{}]+\{[^{}]*govuk-crest[^{}]*\}/g, "")
    .replace(/@media[^{}]+\{\}/g, "")
    .replace(/@supports[^{}]+\{\}/g, "");
  for (const protectedPart of ["govuk-crest", "GDS Transport", "@font-face", "url("])
    if (css.includes(protectedPart)) throw new Error(`still in the stylesheet: ${protectedPart}`);
  writeFileSync("look.css", css);
'
mkdir -p "$target"
cp look.css "$target/govuk-frontend.css"
# The source map is not shipped, so the line that names it goes.
sed 's,//# sourceMappingURL=.*,,' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > "$target/govuk-frontend.min.js"
ls -l "$target"
