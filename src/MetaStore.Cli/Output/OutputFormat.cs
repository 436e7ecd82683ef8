namespace MetaStore.Cli.Output;

/// <summary>Output format of results.</summary>
internal enum OutputFormat
{
    /// <summary>Lines for people and shell scripts, as in etcdctl.</summary>
    Simple,

    /// <summary>One JSON object per result, in etcdctl's form: byte strings in base64, numbers as numbers, empty fields omitted.</summary>
    Json,

    /// <summary>One line per field, <c>"Name" : value</c>, as in etcdctl.</summary>
    Fields,

    /// <summary>Tables for lists; lines for other results.</summary>
    Table,
}
