# `make help`: targets with a `##` comment, under `##@` headings.
BEGIN { FS = ":.*## " }
/^##@/ { printf "\n%s\n", substr($0, 5) }
/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $1, $2 }
