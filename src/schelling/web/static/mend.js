// The page of a case that has problems: its text, until none is left.

import * as editor from "/static/editor.js";
import { GONE, listen } from "/static/server.js";

editor.watch(() => location.reload());
editor.open();
listen(
  {
    changed: (what) => {
      if (what.problems?.length === 0 && !editor.dirty()) location.reload();
      else {
        editor.reload();
        editor.open();
      }
    },
  },
  () => {},
  () => {
    document.getElementById("said").textContent = GONE;
  },
);
