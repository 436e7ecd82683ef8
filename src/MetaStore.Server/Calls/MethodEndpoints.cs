using System.Collections.Frozen;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using MetaStore.Server.Calls.Services;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetaStore.Server.Calls;

/// <summary>The endpoints that Grpc.AspNetCore made for the bound methods, by path: a look-up replaces routing.</summary>
internal sealed class MethodEndpoints
{
    private readonly ServiceTable _services;
    private readonly FrozenDictionary<string, MethodEndpoint> _byPath;

    /// <param name="services">The services to serve.</param>
    /// <param name="provider">Has the registrations of Grpc.AspNetCore and <see cref="BoundMethods"/>.</param>
    public MethodEndpoints(ServiceTable services, IServiceProvider provider)
    {
        _services = services;
        var routes = new Routes(provider);
        routes.MapGrpcService<BoundMethods>();
        _byPath = routes.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
            .ToFrozenDictionary(
                endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName,
                endpoint => new MethodEndpoint(Bound(endpoint), endpoint.RequestDelegate!),
                StringComparer.Ordinal);
    }

    /// <summary>Looks up a path without allocating.</summary>
    public bool TryFind(string path, out MethodEndpoint endpoint) => _byPath.TryGetValue(path, out endpoint);

    /// <summary>The status for a path without a method.</summary>
    public Status WhyUnknown(string path) => _services.WhyUnknown(path);

    private ServiceMethod Bound(RouteEndpoint endpoint) =>
        _services.Find(endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName)
        ?? throw new InvalidOperationException($"{endpoint.DisplayName} is no bound method");

    private sealed class Routes(IServiceProvider provider) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => provider;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(provider);
    }
}

/// <summary>A bound method and the delegate of Grpc.AspNetCore that runs it.</summary>
internal readonly record struct MethodEndpoint(ServiceMethod Method, RequestDelegate Handler);
