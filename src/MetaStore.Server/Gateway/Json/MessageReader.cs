using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Reads a JSON object as a message: fields by their .proto or camel-case name; unknown fields are ignored.</summary>
/// <remarks>
/// Of a repeated name the last one counts, and camel case before the .proto name. null leaves a field unchanged, but selects a scalar
/// of a oneof. Source: etcd's gateway.
/// </remarks>
internal static class MessageReader
{
    /// <summary>Maximum nesting of messages, the same as on the wire; the scanner limits the nesting of the JSON.</summary>
    public const int MaxMessageDepth = 100;

    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = JsonScanner.MaxDepth };

    /// <summary>Reads one message.</summary>
    /// <param name="json">One value that a <see cref="JsonScanner"/> has accepted; null is an empty message.</param>
    /// <param name="type">Type of the message.</param>
    /// <exception cref="RpcException">The value does not fit (InvalidArgument).</exception>
    public static IMessage Read(ReadOnlyMemory<byte> json, MessageDescriptor type)
    {
        using JsonDocument document = JsonDocument.Parse(json, AnyDepth);
        return document.RootElement.ValueKind == JsonValueKind.Null ? Empty(type) : Read(document.RootElement, type, 1);
    }

    private static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    private static IMessage Read(JsonElement json, MessageDescriptor type, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw JsonTypeError.Of(ScalarReader.KindOf(JsonMarshal.GetRawUtf8Value(json)), JsonTypeError.Object);
        }

        if (depth > MaxMessageDepth)
        {
            throw JsonTypeError.Invalid($"messages are nested more than {MaxMessageDepth} deep");
        }

        IMessage message = Empty(type);
        MessageFields fields = MessageFields.Of(type);
        var values = new JsonElement?[fields.InOrder.Count];
        var isCamelCase = new bool[values.Length];
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string name = JsonText.Of(JsonMarshal.GetRawUtf8PropertyName(property));
            if (fields.Find(name, out bool camelCase) is { } index && (camelCase || !isCamelCase[index]))
            {
                (values[index], isCamelCase[index]) = (property.Value, camelCase);
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                Set(message, fields.InOrder[i], value, depth);
            }
        }

        return message;
    }

    private static void Set(IMessage message, FieldDescriptor field, JsonElement value, int depth)
    {
        bool isNull = value.ValueKind == JsonValueKind.Null;
        if (field.IsRepeated)
        {
            if (!isNull)
            {
                AddAll((IList)field.Accessor.GetValue(message), field, value, depth);
            }
        }
        else if (field.FieldType == FieldType.Message)
        {
            if (!isNull)
            {
                field.Accessor.SetValue(message, Read(value, field.MessageType, depth + 1));
            }
        }
        else if (!isNull || field.ContainingOneof is not null)
        {
            field.Accessor.SetValue(message, ScalarReader.Read(value, field));
        }
    }

    private static void AddAll(IList items, FieldDescriptor field, JsonElement value, int depth)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw field.FieldType == FieldType.Enum && value.ValueKind == JsonValueKind.String
                ? WrongEnum(field, value)
                : JsonTypeError.Of(ScalarReader.KindOf(JsonMarshal.GetRawUtf8Value(value)), JsonTypeError.Array);
        }

        foreach (JsonElement item in value.EnumerateArray())
        {
            if (field.FieldType != FieldType.Message)
            {
                items.Add(ScalarReader.Read(item, field));
            }
            else if (item.ValueKind == JsonValueKind.Null)
            {
                // etcd's gateway closes the connection: its encoder cannot write a missing message.
                throw JsonTypeError.Invalid($"proto: repeated field {field.Name} has nil element");
            }
            else
            {
                items.Add(Read(item, field.MessageType, depth + 1));
            }
        }
    }

    /// <summary>The error for a name in place of a list of enum values; an unknown name is reported first.</summary>
    private static RpcException WrongEnum(FieldDescriptor field, JsonElement value)
    {
        ScalarReader.Read(value, field);
        return JsonTypeError.Invalid($"invalid target \"slice\" for enum {GoNames.Of(field.EnumType)}");
    }
}
