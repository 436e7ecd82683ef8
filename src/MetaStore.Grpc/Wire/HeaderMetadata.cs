namespace MetaStore.Grpc.Wire;

/// <summary>Between HTTP headers and <see cref="Metadata"/>.</summary>
internal static class HeaderMetadata
{
    /// <summary>Whether a header belongs to HTTP or gRPC itself and is no metadata.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) || name.StartsWith(':') ||
        name.ToUpperInvariant() is "CONTENT-TYPE" or "TE" or "HOST" or "DATE" or "SERVER" or "CONTENT-LENGTH" or "TRANSFER-ENCODING"
            or "TRAILER";

    /// <summary>Adds one header; a binary one may hold several values, separated by commas.</summary>
    /// <returns>False when a binary value is not base64.</returns>
    public static bool TryAdd(Metadata target, string name, string value)
    {
        var key = name.ToLowerInvariant();
        if (!key.EndsWith(MetadataEntry.BinarySuffix, StringComparison.Ordinal))
        {
            target.AddUnchecked(new MetadataEntry(key, value, null));
            return true;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryDecode(part, out var bytes))
            {
                return false;
            }

            target.AddUnchecked(new MetadataEntry(key, null, bytes));
        }

        return true;
    }

    /// <summary>Decodes base64 with or without padding.</summary>
    public static bool TryDecode(string text, out byte[] bytes)
    {
        var padded = (text.Length % 4) switch { 2 => text + "==", 3 => text + "=", _ => text };
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out var written))
        {
            return false;
        }

        Array.Resize(ref bytes, written);
        return true;
    }
}
