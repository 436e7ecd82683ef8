namespace MetaStore.Cli.Output;

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    /// <summary>Lines for people and shell scripts, as etcdctl prints them.</summary>
    Simple,

    /// <summary>One JSON object a result, in the shape etcdctl gives it: byte strings in base64, numbers as numbers, empty fields left out.</summary>
    Json,

    /// <summary>One line a field, <c>"Name" : value</c>, as etcdctl prints them.</summary>
    Fields,

    /// <summary>Tables where a result is a list; lines elsewhere.</summary>
    Table,
}
