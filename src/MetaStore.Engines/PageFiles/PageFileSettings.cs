using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>Sizes of page files. The defaults are measured (ADR 0055); tests and the simulator use small ones.</summary>
public sealed record PageFileSettings
{
    /// <summary>Bytes of a page.</summary>
    public int PageBytes { get; init; } = Page.SizeMax;

    /// <summary>A checkpoint writes new pages to a file when they have so many bytes together, and otherwise holds their entries itself.</summary>
    public long FileBytesMin { get; init; } = 4 << 20;

    /// <summary>A file ends when it has so many bytes; below 2 GiB.</summary>
    public long FileBytesMax { get; init; } = 256 << 20;

    /// <summary>
    /// Between two checkpoints full pages are written to a file when they have so many bytes together, or up to four times as many when
    /// most of what was written so was compacted soon after.
    /// </summary>
    public long HeapBytesMax { get; init; } = 24 << 20;
}
