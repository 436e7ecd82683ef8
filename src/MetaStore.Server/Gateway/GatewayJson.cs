using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Gateway.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace MetaStore.Server.Gateway;

/// <summary>Formats messages for the gateway: the proto3 JSON mapping with the names of the .proto files.</summary>
/// <remarks>
/// 64-bit integers are strings, bytes base64, zero values omitted. Source: etcd's gateway, https://protobuf.dev/programming-guides/json.
/// <see cref="MessageReader"/> is the inverse.
/// </remarks>
internal static class GatewayJson
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = JsonScanner.MaxDepth };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonScanner.MaxDepth };

    /// <summary>Writes a message without any white space.</summary>
    public static void Write(IBufferWriter<byte> target, IMessage message)
    {
        using var json = new Utf8JsonWriter(target, Writing);
        Write(json, message);
    }

    /// <summary>Writes <c>{"result":message}</c> and a line end: one message of a stream.</summary>
    public static void WriteResultLine(IBufferWriter<byte> target, IMessage message)
    {
        using (var json = new Utf8JsonWriter(target, Writing))
        {
            json.WriteStartObject();
            json.WritePropertyName("result");
            Write(json, message);
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    /// <summary>Writes the body of a failed call.</summary>
    public static void WriteError(IBufferWriter<byte> target, Status status)
    {
        using var json = new Utf8JsonWriter(target, Writing);
        json.WriteStartObject();
        json.WriteString("error", status.Detail);
        json.WriteString("message", status.Detail);
        json.WriteNumber("code", (int)status.StatusCode);
        json.WriteEndObject();
    }

    /// <summary>Writes the line that ends a stream which fails after its first message.</summary>
    public static void WriteErrorLine(IBufferWriter<byte> target, Status status)
    {
        int http = GatewayStatus.Of(status.StatusCode);
        using (var json = new Utf8JsonWriter(target, Writing))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteNumber("grpc_code", (int)status.StatusCode);
            json.WriteNumber("http_code", http);
            json.WriteString("message", status.Detail);
            json.WriteString("http_status", ReasonPhrases.GetReasonPhrase(http));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        target.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, IMessage message)
    {
        // The formatter puts spaces between tokens; etcd does not, and clients may compare bodies.
        using JsonDocument spaced = JsonDocument.Parse(Formatter.Format(message), AnyDepth);
        spaced.RootElement.WriteTo(json);
    }
}
