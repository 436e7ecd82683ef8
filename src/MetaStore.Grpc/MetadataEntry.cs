namespace MetaStore.Grpc;

/// <summary>One metadata pair. Exactly one of <see cref="Text"/> and <see cref="Binary"/> is set.</summary>
/// <param name="Key">Lower-case name; ends in <c>-bin</c> for binary values.</param>
/// <param name="Text">Printable ASCII, or null.</param>
/// <param name="Binary">Any bytes, or null.</param>
public readonly record struct MetadataEntry(string Key, string? Text, byte[]? Binary)
{
    internal const string BinarySuffix = "-bin";

    /// <summary>The value as it stands in an HTTP header: text as is, bytes in base64 without padding.</summary>
    internal string HeaderValue => Text ?? Convert.ToBase64String(Binary!).TrimEnd('=');
}
