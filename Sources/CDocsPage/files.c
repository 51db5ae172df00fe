#include "CDocsPage.h"

// `#embed` is what C23 has for this; a Swift literal of as many bytes takes ten seconds to compile.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char frame[] = {
#embed "page/page.html"
};

static const unsigned char style[] = {
#embed "page/page.css"
};

static const unsigned char script[] = {
#embed "page/dom.js"
    ,
#embed "page/json.js"
    ,
#embed "page/document.js"
    ,
#embed "page/example.js"
    ,
#embed "page/schema.js"
    ,
#embed "page/credentials.js"
    ,
#embed "page/request.js"
    ,
#embed "page/problem.js"
    ,
#embed "page/answer.js"
    ,
#embed "page/fields.js"
    ,
#embed "page/form.js"
    ,
#embed "page/operation.js"
    ,
#embed "page/sections.js"
    ,
#embed "page/navigation.js"
    ,
#embed "page/start.js"
};

DocsPageText docs_page_frame(void) { return (DocsPageText){frame, sizeof frame}; }
DocsPageText docs_page_style(void) { return (DocsPageText){style, sizeof style}; }
DocsPageText docs_page_script(void) { return (DocsPageText){script, sizeof script}; }
