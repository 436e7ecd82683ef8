using MetaStore.Server.Calls.Services;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Calls;

/// <summary>A bound method and the delegate of Grpc.AspNetCore that runs it.</summary>
internal readonly record struct MethodEndpoint(ServiceMethod Method, RequestDelegate Handler);
