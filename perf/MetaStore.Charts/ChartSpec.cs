namespace MetaStore.Charts;

/// <summary>A chart: rows and columns of a results file.</summary>
internal sealed record ChartSpec
{
    /// <summary>File to write, from the root of the repository.</summary>
    public required string Image { get; init; }

    /// <summary>Results file with the table, from the root of the repository.</summary>
    public required string From { get; init; }

    /// <summary>Title, one line.</summary>
    public required string Title { get; init; }

    /// <summary>Name and unit of the values.</summary>
    public required string Unit { get; init; }

    /// <summary>Column of the points along the horizontal axis, in the order of the table.</summary>
    public required string X { get; init; }

    /// <summary>Column of the values. All rows of one point and series are averaged by their median.</summary>
    public required string Y { get; init; }

    /// <summary>Column whose text names the series; empty = one series.</summary>
    public string Series { get; init; } = string.Empty;

    /// <summary>Filter: column and required text; empty = all rows.</summary>
    public Dictionary<string, string> Where { get; init; } = [];

    /// <summary>Text removed from the name of every point, such as "put, ".</summary>
    public string Trim { get; init; } = string.Empty;

    /// <summary>"lines" or "bars".</summary>
    public string Kind { get; init; } = "lines";

    /// <summary>True for a logarithmic vertical axis.</summary>
    public bool Logarithmic { get; init; }
}
