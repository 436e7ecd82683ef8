namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>The style sheet of a report. Colours of both schemes have a contrast of at least 4.5 for text and 3 for marks.</summary>
internal static class PageStyle
{
    public const string Css =
        """
        :root { color-scheme: light dark; --page: #ffffff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --one: #57606a; --warn-page: #fff4d6; --warn-line: #9a6700;
          --s0: #6e7781; --s1: #b35900; --s2: #8250df; --s3: #0a7d55; --s4: #bf3989; --s5: #0969da; }
        @media (prefers-color-scheme: dark) { :root { --page: #0f1318; --text: #e6edf3; --soft: #9aa6b2; --line: #30363d; --one: #9aa6b2; --warn-page: #2e2410; --warn-line: #d29922;
          --s0: #8b949e; --s1: #f0883e; --s2: #b083f0; --s3: #3fb88a; --s4: #f778ba; --s5: #58a6ff; } }
        body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { font-size: 1.05rem; margin-top: 2rem; }
        .verdict { font-size: 1.25rem; border-left: .3rem solid var(--s5); padding-left: .8rem; }
        .warnings { background: var(--warn-page); border-left: .3rem solid var(--warn-line); padding: .6rem .8rem .6rem 2rem; }
        svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; }
        svg text { fill: var(--text); } svg .label, svg .tick { fill: var(--soft); } svg .group { font-weight: 600; }
        .grid { stroke: var(--line); } .one { stroke: var(--one); stroke-width: 1.5; stroke-dasharray: 4 3; }
        .s0 { --mark: var(--s0); } .s1 { --mark: var(--s1); } .s2 { --mark: var(--s2); } .s3 { --mark: var(--s3); } .s4 { --mark: var(--s4); } .s5 { --mark: var(--s5); }
        .bar, .dot { fill: var(--mark); } .whisker { stroke: var(--mark); stroke-width: 3; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
        th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; } thead th { font-weight: 600; } .name { text-align: left; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--soft); } dd { margin: 0; }
        details { margin: 1rem 0; } summary { cursor: pointer; }
        """;
}
