using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Reads one JSON value as a scalar field: integers exactly and in their whole range, as a number or as text.</summary>
/// <remarks>
/// A number with a fraction or an exponent is not an integer, whatever its value. null is the zero value. An enum is a name or a number, known or
/// not; bytes are base64 or an array of numbers. Source: etcd's gateway.
/// </remarks>
internal static class ScalarReader
{
    /// <summary>The value for the field's accessor.</summary>
    /// <exception cref="Grpc.Core.RpcException">It does not fit (InvalidArgument).</exception>
    public static object Read(JsonElement json, FieldDescriptor field)
    {
        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(json);
        switch (field.FieldType)
        {
            case FieldType.Bool:
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null
                    ? json.ValueKind == JsonValueKind.True
                    : throw JsonTypeError.Of(KindOf(text), "bool");
            case FieldType.String:
                return json.ValueKind switch
                {
                    JsonValueKind.String => JsonText.Of(text[1..^1]),
                    JsonValueKind.Null => "",
                    _ => throw JsonTypeError.Of(KindOf(text), "string"),
                };
            case FieldType.Bytes:
                return Bytes(json, text);
            case FieldType.Enum:
                return Enum(text, field.EnumType);
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return Integer<int>(Unquoted(text), "int32");
            case FieldType.UInt32 or FieldType.Fixed32:
                return Integer<uint>(Unquoted(text), "uint32");
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return Integer<long>(Unquoted(text), "int64");
            case FieldType.UInt64 or FieldType.Fixed64:
                return Integer<ulong>(Unquoted(text), "uint64");
            default:
                throw new NotSupportedException($"no message of the gateway has a field of type {field.FieldType}: {field.FullName}");
        }
    }

    /// <summary>Go's name for the kind of a value; the first byte of a literal decides.</summary>
    public static string KindOf(ReadOnlySpan<byte> json) => json[0] switch
    {
        (byte)'{' => "object",
        (byte)'[' => "array",
        (byte)'"' => "string",
        (byte)'t' or (byte)'f' => "bool",
        _ => "number",
    };

    /// <summary>The text between the quotes unchanged: numbers have no escapes.</summary>
    private static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> json)
    {
        if (json[0] != '"')
        {
            return json;
        }

        json = json[1..^1];
        RequireValue(json);
        return json.Trim(" \t\r\n"u8);
    }

    private static void RequireValue(ReadOnlySpan<byte> json)
    {
        var scanner = new JsonScanner();
        for (ReadOnlySpan<byte> rest = json; !rest.IsEmpty;)
        {
            if (scanner.Push(rest, out int count) == JsonScanner.Step.Wrong)
            {
                throw JsonTypeError.Invalid(scanner.Error);
            }

            rest = rest[Math.Min(count + 1, rest.Length)..];
        }

        if (!scanner.IsWhole)
        {
            throw JsonTypeError.Invalid("unexpected end of JSON input");
        }
    }

    private static T Integer<T>(ReadOnlySpan<byte> json, string type)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (json.SequenceEqual("null"u8))
        {
            return T.Zero;
        }

        if (KindOf(json) != "number")
        {
            throw JsonTypeError.Of(KindOf(json), type);
        }

        // Valid JSON of digits and at most one sign is an integer; "-0" is not one for unsigned types.
        bool fits = T.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value)
            && !(json[0] == '-' && T.IsZero(T.MinValue));
        return fits ? value : throw JsonTypeError.Of($"number {Encoding.UTF8.GetString(json)}", type);
    }

    private static int Enum(ReadOnlySpan<byte> json, EnumDescriptor type)
    {
        if (json[0] != '"')
        {
            return Integer<int>(json, GoNames.Of(type));
        }

        string name = Encoding.UTF8.GetString(json[1..^1]);
        return type.FindValueByName(name)?.Number
            ?? throw JsonTypeError.Invalid($"unknown value {GoNames.Quoted(name)} for enum {GoNames.Of(type)}");
    }

    private static ByteString Bytes(JsonElement json, ReadOnlySpan<byte> text)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return UnsafeByteOperations.UnsafeWrap(Base64Text.Decode(JsonText.Utf8Of(text[1..^1])));
            case JsonValueKind.Null:
                return ByteString.Empty;
            case JsonValueKind.Array:
                byte[] bytes = new byte[json.GetArrayLength()];
                int at = 0;
                foreach (JsonElement item in json.EnumerateArray())
                {
                    ReadOnlySpan<byte> number = JsonMarshal.GetRawUtf8Value(item);
                    bytes[at++] = item.ValueKind == JsonValueKind.String ? throw JsonTypeError.Of("string", "uint8") : Integer<byte>(number, "uint8");
                }

                return UnsafeByteOperations.UnsafeWrap(bytes);
            default:
                throw JsonTypeError.Of(KindOf(text), "[]uint8");
        }
    }
}
