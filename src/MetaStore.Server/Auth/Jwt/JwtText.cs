using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace MetaStore.Server.Auth.Jwt;

/// <summary>Writes and reads tokens in the compact form of RFC 7515.</summary>
/// <remarks>
/// Stricter than most readers: the algorithm is the key's or the token is refused, critical and nested headers are refused, a name that stands twice is
/// refused, and no padding, white space or other coding of the three parts is taken. Header <c>kid</c> is ignored.
/// </remarks>
internal static class JwtText
{
    /// <summary>Longer tokens are refused.</summary>
    public const int LengthMax = 8192;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>True for a text of three parts; tokens of the log have two.</summary>
    public static bool HasThreeParts(string text) => text.AsSpan().Count('.') == 2;

    /// <summary>Writes a token with etcd's claims.</summary>
    /// <param name="key">Signs.</param>
    /// <param name="user">Claim username.</param>
    /// <param name="revision">Claim revision.</param>
    /// <param name="expires">Claim exp, seconds since 1970.</param>
    public static string Write(JwtKey key, string user, ulong revision, long expires)
    {
        string signed = $"{Encode(Header(key))}.{Encode(Payload(user, revision, expires))}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads and verifies a token; its times are not judged.</summary>
    /// <returns>Null for a token that proves nothing.</returns>
    public static JwtClaims? Read(string text, JwtKey key)
    {
        if (text.Length > LengthMax || !HasThreeParts(text))
        {
            return null;
        }

        int first = text.IndexOf('.', StringComparison.Ordinal);
        int second = text.LastIndexOf('.');
        if (Decode(text.AsSpan(0, first)) is not { } header || Decode(text.AsSpan(first + 1, second - first - 1)) is not { } payload
            || Decode(text.AsSpan(second + 1)) is not { } signature)
        {
            return null;
        }

        try
        {
            return IsFor(header, key) && key.Verify(Encoding.ASCII.GetBytes(text[..second]), signature) ? Claims(payload) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The second for half of a surrogate pair, in a name or a text.
            return null;
        }
    }

    private static bool IsFor(byte[] header, JwtKey key)
    {
        using JsonDocument document = JsonDocument.Parse(header, Strict);
        JsonElement root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && TextOf(root, "alg") == key.Algorithm
            && !root.TryGetProperty("crit", out _) && !root.TryGetProperty("cty", out _);
    }

    private static JwtClaims? Claims(byte[] payload)
    {
        using JsonDocument document = JsonDocument.Parse(payload, Strict);
        JsonElement root = document.RootElement;
        double notBefore = double.NegativeInfinity;
        return root.ValueKind == JsonValueKind.Object
            && TextOf(root, "username") is { Length: > 0 } user
            && root.TryGetProperty("revision", out JsonElement revision) && revision.ValueKind == JsonValueKind.Number && revision.TryGetUInt64(out ulong proved)
            && TryTime(root, "exp", out double expires)
            && (!root.TryGetProperty("nbf", out _) || TryTime(root, "nbf", out notBefore))
            ? new JwtClaims(user, proved, notBefore, expires)
            : null;
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryTime(JsonElement root, string name, out double seconds)
    {
        seconds = 0;
        return root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out seconds) && double.IsFinite(seconds);
    }

    private static byte[]? Decode(ReadOnlySpan<char> part) =>
        !part.IsEmpty && !part.ContainsAnyExcept(Alphabet) && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static string Encode(ArrayBufferWriter<byte> json) => Base64Url.EncodeToString(json.WrittenSpan);

    private static ArrayBufferWriter<byte> Header(JwtKey key) => Json(json =>
    {
        json.WriteString("alg", key.Algorithm);
        json.WriteString("typ", "JWT");
    });

    private static ArrayBufferWriter<byte> Payload(string user, ulong revision, long expires) => Json(json =>
    {
        json.WriteNumber("exp", expires);
        json.WriteNumber("revision", revision);
        json.WriteString("username", user);
    });

    private static ArrayBufferWriter<byte> Json(Action<Utf8JsonWriter> members)
    {
        var target = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return target;
    }
}
