// A web application that answers from memory, and drops from it what changes in the cluster.
using MetaStore.Client;
using WatchedCache;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMetaStoreClient(options =>
    options.Endpoints = MetaStoreClientOptions.Parse(builder.Configuration["Cluster"]!).Endpoints);
builder.Services.AddSingleton<ValueCache>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<ValueCache>());

await using var app = builder.Build();
app.MapGet("/values/{key}", async (string key, ValueCache cache, HttpResponse response, CancellationToken cancellation) =>
{
    var (value, fromCache) = await cache.GetAsync(key, cancellation);
    response.Headers["X-Cache"] = fromCache ? "hit" : "miss";
    return value is null ? Results.NotFound() : Results.Text(value);
});
await app.RunAsync();
