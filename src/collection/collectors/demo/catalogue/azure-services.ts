import { azure } from '../accounts.js';
import { services, type Service } from './service.js';

const region = 'eastus';

function kubernetes(environment: string, nodeHours: number): Service[] {
  return services(
    { cloud: azure, region, kind: 'cluster', slug: `aks-${environment}`, type: 'Kubernetes Cluster', service: 'Azure Kubernetes Service', category: 'Compute', team: 'product', environment },
    { sku: `aks-${environment}-d32s`, description: 'Node hours of D32s v5', unit: 'Hours', price: 1.536, discount: 0.06, perDay: nodeHours, yearlyGrowth: 1.5, weekendShare: 0.9 },
    { sku: `aks-${environment}-load-balancer`, description: 'Load balancer data processed', unit: 'GB', price: 0.005, perDay: nodeHours * 9, yearlyGrowth: 1.6 },
  );
}

export const azureServices: readonly Service[] = [
  ...kubernetes('production', 430),
  ...kubernetes('staging', 110),
  ...services(
    { cloud: azure, region, kind: 'model', slug: 'assistant-llm', type: 'Model Deployment', service: 'Azure OpenAI Service', category: 'AI and Machine Learning', team: 'product' },
    { sku: 'openai-input', description: 'Input tokens', unit: '1000000 Tokens', price: 2.5, discount: 0.05, perDay: 330, yearlyGrowth: 2.2, weekendShare: 0.7 },
    { sku: 'openai-output', description: 'Output tokens', unit: '1000000 Tokens', price: 10, discount: 0.05, perDay: 105, yearlyGrowth: 2.2, weekendShare: 0.7 },
    { sku: 'openai-embeddings', description: 'Embedding tokens', unit: '1000000 Tokens', price: 0.13, perDay: 1_300, yearlyGrowth: 1.6, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: azure, region, kind: 'database', slug: 'product-postgres', type: 'Database', service: 'Azure Database for PostgreSQL', category: 'Databases', team: 'product' },
    { sku: 'postgres-vcore', description: 'vCore hours, memory optimised', unit: 'Hours', price: 0.1, discount: 0.06, perDay: 1_536, yearlyGrowth: 1.2, weekendShare: 1 },
    { sku: 'postgres-storage', description: 'Database storage', unit: 'GiB-Months', price: 0.115, perDay: 210, yearlyGrowth: 1.3, weekendShare: 1 },
  ),
  ...services(
    { cloud: azure, region, kind: 'workspace', slug: 'lakehouse', type: 'Analytics Workspace', service: 'Azure Databricks', category: 'Analytics', team: 'data' },
    { sku: 'databricks-jobs', description: 'Jobs compute units', unit: 'DBU', price: 0.3, discount: 0.1, perDay: 2_300, yearlyGrowth: 1.5, weekendShare: 0.9 },
    { sku: 'databricks-sql', description: 'SQL compute units', unit: 'DBU', price: 0.7, discount: 0.1, perDay: 620, yearlyGrowth: 1.4, weekendShare: 0.3 },
    { sku: 'databricks-vm', description: 'Worker hours of E16ds v5', unit: 'Hours', price: 1.152, discount: 0.06, perDay: 410, yearlyGrowth: 1.4, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: azure, region, kind: 'cache', slug: 'session-cache', type: 'Cache', service: 'Azure Cache for Redis', category: 'Databases', team: 'product' },
    { sku: 'redis-p3', description: 'Instance hours of Premium P3', unit: 'Hours', price: 2.216, perDay: 48, yearlyGrowth: 1, weekendShare: 1 },
  ),
  ...services(
    { cloud: azure, region, kind: 'observability', slug: 'azure-monitor', type: 'Log Workspace', service: 'Azure Monitor', category: 'Management and Governance', team: 'platform' },
    { sku: 'monitor-logs', description: 'Log ingestion', unit: 'GB', price: 2.3, discount: 0.15, perDay: 85, yearlyGrowth: 1.5 },
    { sku: 'monitor-retention', description: 'Log retention', unit: 'GB-Months', price: 0.1, perDay: 390, yearlyGrowth: 1.4, weekendShare: 1 },
  ),
  ...services(
    { cloud: azure, region, kind: 'network', slug: 'assistant-bandwidth', type: 'Data Transfer', service: 'Bandwidth', category: 'Networking', team: 'product', isTaggedOnBill: false },
    { sku: 'bandwidth-internet', description: 'Data transfer out to the internet', unit: 'GB', price: 0.083, discount: 0.05, perDay: 2_700, yearlyGrowth: 1.8, weekendShare: 0.8 },
    { sku: 'bandwidth-region', description: 'Data transfer between regions', unit: 'GB', price: 0.02, perDay: 3_100, yearlyGrowth: 1.5, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: azure, region, kind: 'stream', slug: 'clickstream', type: 'Event Hub', service: 'Event Hubs', category: 'Integration', team: 'data' },
    { sku: 'eventhubs-units', description: 'Processing unit hours', unit: 'Hours', price: 1.25, perDay: 96, yearlyGrowth: 1, weekendShare: 1 },
    { sku: 'eventhubs-events', description: 'Ingress events', unit: '1000000 Events', price: 0.028, perDay: 1_900, yearlyGrowth: 1.6, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: azure, region, kind: 'registry', slug: 'container-registry', type: 'Container Registry', service: 'Azure Container Registry', category: 'Developer Tools', team: 'platform' },
    { sku: 'registry-premium', description: 'Premium registry days', unit: 'Days', price: 1.667, perDay: 3, yearlyGrowth: 1, weekendShare: 1 },
  ),
  ...services(
    { cloud: azure, region, kind: 'security', slug: 'key-vault', type: 'Key Vault', service: 'Key Vault', category: 'Security', team: 'platform', isTaggedOnBill: false },
    { sku: 'key-vault-operations', description: 'Key operations', unit: '10000 Requests', price: 0.03, perDay: 340, yearlyGrowth: 1.3 },
  ),
];
