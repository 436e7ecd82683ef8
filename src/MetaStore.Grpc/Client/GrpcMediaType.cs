using System.Net.Http.Headers;

namespace MetaStore.Grpc.Client;

internal static class GrpcMediaType
{
    /// <summary>Shared by all requests; never changed.</summary>
    public static readonly MediaTypeHeaderValue Value = new("application/grpc");
}
