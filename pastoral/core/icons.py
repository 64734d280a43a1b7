"""Line icons on a grid of 16, drawn for this application: shapes only, so that pages and PDFs can both use them."""

ICONS: dict[str, str] = {
    "alert": '<path d="M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1"/>',
    "arrow-down": '<path d="M8 3v10M4 9l4 4 4-4"/>',
    "arrow-left": '<path d="M13 8H3M7 4 3 8l4 4"/>',
    "arrow-right": '<path d="M3 8h10M9 4l4 4-4 4"/>',
    "arrow-up": '<path d="M8 13V3M4 7l4-4 4 4"/>',
    "book": '<path d="M3 3h4a1.5 1.5 0 0 1 1 .5A1.5 1.5 0 0 1 9 3h4v9.5H9.5L8 13.5l-1.5-1H3zM8 3.5v10"/>',
    "calendar": '<rect x="2" y="3" width="12" height="11" rx="1.5"/><path d="M2 6.5h12M5 1.5v3M11 1.5v3"/>',
    "chart": '<path d="M2 2v12h12M5 10l3-4 2.5 2L14 4"/>',
    "check": '<path d="m3 8.5 3.5 3.5L13 4.5"/>',
    "chevron-down": '<path d="m4 6 4 4 4-4"/>',
    "circle-check": '<circle cx="8" cy="8" r="6"/><path d="m5.3 8.2 1.9 1.9 3.5-4"/>',
    "circle-x": '<circle cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "cohorts": '<path d="M2 4h12M2 8h8M2 12h5"/>',
    "cog": '<circle cx="8" cy="8" r="2.2"/>'
    '<path d="M8 1.5v2.2M8 12.3v2.2M1.5 8h2.2M12.3 8h2.2M3.4 3.4 5 5M11 11l1.6 1.6M12.6 3.4 11 5M5 11l-1.6 1.6"/>',
    "download": '<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11"/>',
    "eye": '<path d="M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5S3 11 1.5 8z"/>'
    '<circle cx="8" cy="8" r="2"/>',
    "file": '<path d="M4 1.5h5L12.5 5v9.5H4zM9 1.5V5h3.5M6 8.5h4.5M6 11h4.5"/>',
    "flag": '<path d="M3.5 14.5v-12h9l-2 3 2 3h-9"/>',
    "home": '<path d="M2 7.5 8 2l6 5.5M3.5 6.5v7h3.2v-4h2.6v4h3.2v-7"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.5M8 5.1v.1"/>',
    "key": '<circle cx="5.2" cy="10.8" r="3"/><path d="m7.4 8.6 6-6M11 5l2 2M9.2 6.8l1.4 1.4"/>',
    "list": '<path d="M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5"/>',
    "lock": '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
    "mail": '<rect x="1.5" y="3" width="13" height="10" rx="1.5"/><path d="m2 4 6 5 6-5"/>',
    "menu": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "moon": '<path d="M13.5 9.5A6 6 0 1 1 6.5 2.5a4.8 4.8 0 0 0 7 7z"/>',
    "pencil": '<path d="M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2L3 13zM9.4 4.4l2.2 2.2"/>',
    "phone": '<path d="M3 2.5h2.8l1.2 3-1.6 1.3a8 8 0 0 0 3.8 3.8l1.3-1.6 3 1.2V13c0 .8-.7 1.4-1.5 1.3'
    'A11.5 11.5 0 0 1 1.7 4c-.1-.8.5-1.5 1.3-1.5z"/>',
    "print": '<path d="M4.5 6V2h7v4M4.5 11.5H2.5v-4A1.5 1.5 0 0 1 4 6h8a1.5 1.5 0 0 1 1.5 1.5v4h-2"/>'
    '<path d="M4.5 9.5h7V14h-7z"/>',
    "refresh": '<path d="M13.5 8a5.5 5.5 0 1 1-1.6-3.9M12.5 1.5v3h-3"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "sign-out": '<path d="M6.5 2.5h-4v11h4M6.5 8h7.5M11 5l3 3-3 3"/>',
    "sun": '<circle cx="8" cy="8" r="2.8"/>'
    '<path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"/>',
    "table": '<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M2 6.5h12M2 9.8h12M6.5 6.5V13"/>',
    "upload": '<path d="M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11"/>',
    "user": '<circle cx="8" cy="5" r="3"/><path d="M2.5 14c.5-3.2 2.6-4.8 5.5-4.8s5 1.6 5.5 4.8"/>',
    "users": '<circle cx="6" cy="5.5" r="2.5"/><path d="M1.5 13.5c.4-2.8 2-4.2 4.5-4.2s4.1 1.4 4.5 4.2"/>'
    '<path d="M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12.3 9.8c1.2.6 2 1.9 2.2 3.7"/>',
    "x": '<path d="m4 4 8 8M12 4l-8 8"/>',
}
