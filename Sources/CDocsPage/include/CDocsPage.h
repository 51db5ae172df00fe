#pragma once

#include <stddef.h>

/// Text that lives as long as the process: UTF-8, without a NUL at its end.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} DocsPageText;

/// The page around style and script. Has `{{style}}` and `{{script}}` where those go.
DocsPageText docs_page_frame(void);

/// All of `page/*.css`.
DocsPageText docs_page_style(void);

/// All of `page/*.js`, in the order in which they need each other.
DocsPageText docs_page_script(void);
