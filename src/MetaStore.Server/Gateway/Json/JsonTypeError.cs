using Grpc.Core;

namespace MetaStore.Server.Gateway.Json;

/// <summary>The errors of JSON that does not fit its field, in the words of Go's encoding/json, which etcd's gateway answers with.</summary>
internal static class JsonTypeError
{
    /// <summary>What a message must be.</summary>
    public const string Object = "map[string]json.RawMessage";

    /// <summary>What a repeated field must be.</summary>
    public const string Array = "[]json.RawMessage";

    /// <summary>A value of another kind, or a number outside of its type.</summary>
    public static RpcException Of(string value, string type) => Invalid($"json: cannot unmarshal {value} into Go value of type {type}");

    /// <summary>Any other reason.</summary>
    public static RpcException Invalid(string text) => new(new Status(StatusCode.InvalidArgument, text));
}
