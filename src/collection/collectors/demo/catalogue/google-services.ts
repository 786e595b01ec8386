import { EURO_SUB_ACCOUNT, gcp } from '../accounts.js';
import { services, type Service } from './service.js';

const region = 'europe-west4';

function kubernetes(environment: string, coreHours: number): Service[] {
  return services(
    { cloud: gcp, region, kind: 'cluster', slug: `gke-${environment}`, type: 'Kubernetes Cluster', service: 'Google Kubernetes Engine', category: 'Compute', team: 'platform', environment },
    { sku: `gke-${environment}-cores`, description: 'N2 core hours', unit: 'Hours', price: 0.0348, discount: 0.05, perDay: coreHours, yearlyGrowth: 1.25, weekendShare: 0.85 },
    { sku: `gke-${environment}-memory`, description: 'N2 memory', unit: 'GiB-Hours', price: 0.004664, discount: 0.05, perDay: coreHours * 4, yearlyGrowth: 1.25, weekendShare: 0.85 },
    { sku: `gke-${environment}-spot`, description: 'Spot N2 core hours', unit: 'Hours', price: 0.0348, perDay: coreHours / 2, yearlyGrowth: 1.4, weekendShare: 0.8, isSpot: true },
  );
}

export const googleServices: readonly Service[] = [
  ...kubernetes('production', 8_200),
  ...kubernetes('development', 2_100),
  ...services(
    { cloud: gcp, region, kind: 'model', slug: 'search-ranking', type: 'Model Endpoint', service: 'Vertex AI', category: 'AI and Machine Learning', team: 'product' },
    { sku: 'vertex-prediction', description: 'Prediction node hours', unit: 'Hours', price: 0.94, discount: 0.05, perDay: 420, yearlyGrowth: 1.7, weekendShare: 0.85 },
    { sku: 'vertex-tuning', description: 'Tuning hours', unit: 'Hours', price: 3.2, discount: 0.05, perDay: 46, yearlyGrowth: 1.3, weekendShare: 0.25 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'warehouse', slug: 'warehouse-eu', type: 'Data Warehouse', service: 'BigQuery', category: 'Analytics', team: 'data', subAccountId: EURO_SUB_ACCOUNT },
    { sku: 'bigquery-analysis', description: 'Slot hours', unit: 'Hours', price: 0.061, perDay: 6_900, yearlyGrowth: 1.4, weekendShare: 0.4 },
    { sku: 'bigquery-storage', description: 'Active logical storage', unit: 'GiB-Months', price: 0.021, perDay: 3_100, yearlyGrowth: 1.4, weekendShare: 1 },
    { sku: 'bigquery-streaming', description: 'Streaming inserts', unit: 'GB', price: 0.048, perDay: 700, yearlyGrowth: 1.5, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'pipeline', slug: 'pipelines-eu', type: 'Data Pipeline', service: 'Dataflow', category: 'Analytics', team: 'data', subAccountId: EURO_SUB_ACCOUNT },
    { sku: 'dataflow-cores', description: 'Worker core hours', unit: 'Hours', price: 0.068, perDay: 2_200, yearlyGrowth: 1.3, weekendShare: 0.9 },
    { sku: 'dataflow-shuffle', description: 'Shuffled data', unit: 'GB', price: 0.011, perDay: 5_400, yearlyGrowth: 1.3, weekendShare: 0.9 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'observability', slug: 'cloud-logging', type: 'Log Bucket', service: 'Cloud Logging', category: 'Management and Governance', team: 'platform' },
    { sku: 'logging-ingestion', description: 'Log ingestion', unit: 'GB', price: 0.5, perDay: 240, yearlyGrowth: 1.4 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'network', slug: 'inference-egress', type: 'Data Transfer', service: 'Networking', category: 'Networking', team: 'product', isTaggedOnBill: false },
    { sku: 'network-internet', description: 'Premium tier data transfer out', unit: 'GB', price: 0.085, discount: 0.05, perDay: 2_900, yearlyGrowth: 2, weekendShare: 0.85 },
    { sku: 'network-region', description: 'Data transfer between regions', unit: 'GB', price: 0.02, perDay: 3_600, yearlyGrowth: 1.5, weekendShare: 0.85 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'stream', slug: 'feature-events', type: 'Topic', service: 'Pub/Sub', category: 'Integration', team: 'data' },
    { sku: 'pubsub-throughput', description: 'Message delivery', unit: 'TiB', price: 40, perDay: 2.6, yearlyGrowth: 1.5, weekendShare: 0.8 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'registry', slug: 'artifact-registry', type: 'Container Registry', service: 'Artifact Registry', category: 'Developer Tools', team: 'platform' },
    { sku: 'artifact-storage', description: 'Artifact storage', unit: 'GiB-Months', price: 0.1, perDay: 190, yearlyGrowth: 1.3, weekendShare: 1 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'service', slug: 'public-api', type: 'Container Service', service: 'Cloud Run', category: 'Compute', team: 'product' },
    { sku: 'run-cores', description: 'vCPU hours', unit: 'Hours', price: 0.0864, perDay: 1_900, yearlyGrowth: 1.8, weekendShare: 0.75 },
    { sku: 'run-requests', description: 'Requests', unit: '1000000 Requests', price: 0.4, perDay: 150, yearlyGrowth: 1.8, weekendShare: 0.75 },
  ),
  ...services(
    { cloud: gcp, region, kind: 'security', slug: 'cloud-armor', type: 'Security Policy', service: 'Cloud Armor', category: 'Security', team: 'platform', isTaggedOnBill: false },
    { sku: 'armor-requests', description: 'Evaluated requests', unit: '1000000 Requests', price: 0.75, perDay: 130, yearlyGrowth: 1.5 },
  ),
];
