using MetaStore.Server.Calls.Services;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Calls;

/// <summary>A bound method and what Grpc.AspNetCore runs for a call of it.</summary>
internal readonly record struct MethodEndpoint(ServiceMethod Method, RequestDelegate Handler);
