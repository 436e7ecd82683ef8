using Grpc.Core;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Errors of JSON that does not fit its field, with the texts of Go's encoding/json, which etcd's gateway uses.</summary>
internal static class JsonTypeError
{
    /// <summary>Go's type of a message.</summary>
    public const string Object = "map[string]json.RawMessage";

    /// <summary>Go's type of a repeated field.</summary>
    public const string Array = "[]json.RawMessage";

    /// <summary>A value of the wrong type, or a number out of range.</summary>
    public static RpcException Of(string value, string type) => Invalid($"json: cannot unmarshal {value} into Go value of type {type}");

    /// <summary>Any other error.</summary>
    public static RpcException Invalid(string text) => new(new Status(StatusCode.InvalidArgument, text));
}
